using System.Collections.Immutable;
using PyRepo.Resources.Values;

namespace PyRepo.Operator.Settings;

/// <summary>The limits on what resources may ask for in Ingresses and HTTPRoutes.</summary>
public sealed record IngressSettings
{
    const string AllNamespaces = "*";

    /// <summary>
    /// The Ingress controller, as in an IngressClass (<c>k8s.io/ingress-nginx</c>), if the operator may not read
    /// classes or a class is wrong; null: the one of the class.
    /// </summary>
    public string? Controller { get; set; }

    /// <summary>
    /// Namespace to the hosts that its resources may use; <c>*</c> as a namespace means all. A host is written out, or
    /// begins with <c>*.</c>, which stands for one label. In cluster scope, a host that only such a wildcard lists for
    /// all namespaces, or any host if nothing is listed, belongs to the namespace that claimed it first.
    /// </summary>
    public ImmutableSortedDictionary<string, ImmutableArray<string>> Hosts { get; set; } =
        ImmutableSortedDictionary.Create<string, ImmutableArray<string>>(StringComparer.Ordinal);

    /// <summary>
    /// How long a host stays with its namespace after the last resource there that names it: a duration. <c>0s</c>: it
    /// is free at once.
    /// </summary>
    public string HoldHostsFor { get; set; } = "7d";

    /// <summary><see cref="HoldHostsFor"/>, which <see cref="SettingsRules"/> found to be a duration.</summary>
    public TimeSpan HostHold => Duration.Parse(HoldHostsFor).Value;

    /// <summary>
    /// The annotations that <c>spec.ingress.annotations</c> may set; a <c>*</c> at the end stands for any ending. By
    /// default those that choose cert-manager's issuer and its HTTP-01 solver: others decide what a certificate says,
    /// and its issuer signs that for the tenant.
    /// </summary>
    public ImmutableArray<string> Annotations { get; set; } =
    [
        "cert-manager.io/cluster-issuer", "cert-manager.io/issuer",
        "cert-manager.io/issuer-kind", "cert-manager.io/issuer-group",
        "acme.cert-manager.io/http01-edit-in-place", "acme.cert-manager.io/http01-ingress-class",
        "acme.cert-manager.io/http01-ingress-ingressclassname",
    ];

    /// <summary>
    /// The addresses from which servers believe who the client is: those of the Ingress' pods, or of what else stands
    /// in front of a Service. Empty: nobody's.
    /// </summary>
    public ImmutableArray<string> TrustedProxies { get; set; } =
        ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"];

    /// <summary>Whether a resource may set an annotation.</summary>
    public bool Allows(string annotation) => KeyPattern.AnyAllows(Annotations, annotation);

    /// <summary>Whether <see cref="Hosts"/> lets a namespace use a host.</summary>
    public bool Lists(string ns, string host) => Assigns(ns, host)
        || (GetHosts(AllNamespaces).Any(pattern => Matches(pattern, host)) && !Hosts.Any(
            entry => entry.Key != AllNamespaces && entry.Value.Any(pattern => Matches(pattern, host))));

    /// <summary>
    /// Whether <see cref="Hosts"/> says that a host is a namespace's, whoever claimed it first: a list of the namespace
    /// has it, or the one of all namespaces has it written out.
    /// </summary>
    public bool Assigns(string ns, string host) =>
        GetHosts(ns).Any(pattern => Matches(pattern, host))
        || GetHosts(AllNamespaces).Any(pattern => pattern.Equals(host, StringComparison.OrdinalIgnoreCase));

    ImmutableArray<string> GetHosts(string ns) => Hosts.TryGetValue(ns, out var hosts) ? hosts : [];

    static bool Matches(string pattern, string host) => pattern.StartsWith("*.", StringComparison.Ordinal)
        ? host.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot
            && host.AsSpan(dot).Equals(pattern.AsSpan(1), StringComparison.OrdinalIgnoreCase)
        : host.Equals(pattern, StringComparison.OrdinalIgnoreCase);
}
