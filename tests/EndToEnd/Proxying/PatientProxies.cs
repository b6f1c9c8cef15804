namespace EndToEnd.Proxying;

/// <summary>
/// Proxies whose upstream may take long: it runs in the tests' own process, next to twenty clients that hash what they
/// get.
/// </summary>
public sealed class PatientProxies() : ManyProxies("60s");
