namespace EndToEnd.Proxying;

/// <summary>Proxies whose pages link to <c>files/HOST/PATH</c>.</summary>
public sealed class LinkedProxies() : ManyProxies("2s", "Upstream");

/// <summary>The same, whose upstream may take long, as that of <see cref="PatientProxies"/>.</summary>
public sealed class PatientLinkedProxies() : PatientProxies("Upstream");
