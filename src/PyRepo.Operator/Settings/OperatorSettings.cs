using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace PyRepo.Operator.Settings;

/// <summary>What the administrator decides for all resources; read by <see cref="SettingsFile"/>.</summary>
/// <remarks>The properties have setters because generated JSON readers overwrite the default of an init-only one.</remarks>
public sealed record OperatorSettings
{
    /// <summary>The image of servers whose resource names none. Changing it rolls them.</summary>
    public string ServerImage { get; set; } = "";

    /// <summary>
    /// The images that <c>spec.server.image</c> may name; see <see cref="ImagePattern"/>. Empty: the repository of
    /// <see cref="ServerImage"/> alone.
    /// </summary>
    public ImmutableArray<string> AllowedImages { get; set; } = [];

    /// <summary>Hosts and CIDRs that servers may connect to; empty: any but those that are always refused.</summary>
    public ImmutableArray<string> AllowedDestinations { get; set; } = [];

    /// <summary>What resources may say about Ingresses and HTTPRoutes.</summary>
    public IngressSettings Ingress { get; set; } = new();

    /// <summary>How many resources a changed <see cref="ServerImage"/> rolls at once.</summary>
    public int MaxRollouts { get; set; } = 5;

    /// <summary>Whether each server gets a NetworkPolicy.</summary>
    public NetworkPolicySettings NetworkPolicy { get; set; } = new();

    /// <summary>Which namespaces the operator looks after.</summary>
    public WatchScope Scope { get; set; } = WatchScope.Cluster;

    /// <summary>The namespaces of <see cref="WatchScope.Namespaces"/>.</summary>
    public ImmutableArray<string> Namespaces { get; set; } = [];

    /// <summary>The operator's own namespace; the command line says it.</summary>
    [JsonIgnore]
    public string OperatorNamespace { get; set; } = "default";

    /// <summary>The namespaces that are looked after; null: all.</summary>
    [JsonIgnore]
    public ImmutableArray<string>? ServedNamespaces => Scope switch
    {
        WatchScope.Cluster => null,
        WatchScope.Own => [OperatorNamespace],
        _ => Namespaces,
    };

    /// <summary>The patterns that an image must match one of.</summary>
    public IEnumerable<ImagePattern> ImagePatterns => AllowedImages.IsEmpty
        ? [ImagePattern.RepositoryOf(ServerImage)]
        : AllowedImages.Select(pattern => new ImagePattern(pattern));
}

/// <summary>What resources may say about Ingresses and HTTPRoutes.</summary>
public sealed record IngressSettings
{
    /// <summary>
    /// The controller of Ingresses, as an IngressClass says it (<c>k8s.io/ingress-nginx</c>), where the operator may not
    /// read classes or a class is not to be believed; null: what the class says.
    /// </summary>
    public string? Controller { get; set; }

    /// <summary>
    /// Namespace to the hosts that its resources may use; <c>*</c> as a namespace means all. A host is written out, or
    /// begins with <c>*.</c>, which stands for one label. Empty, in cluster scope: a host belongs to the namespace that
    /// claimed it first.
    /// </summary>
    public ImmutableSortedDictionary<string, ImmutableArray<string>> Hosts { get; set; } =
        ImmutableSortedDictionary.Create<string, ImmutableArray<string>>(StringComparer.Ordinal);

    /// <summary>
    /// The annotations that <c>spec.ingress.annotations</c> may set; a <c>*</c> at the end stands for any ending.
    /// </summary>
    public ImmutableArray<string> Annotations { get; set; } = ["cert-manager.io/*", "acme.cert-manager.io/*"];

    /// <summary>Whether a resource may set an annotation.</summary>
    public bool Allows(string annotation) => Annotations.Any(allowed => allowed.EndsWith('*')
        ? annotation.StartsWith(allowed[..^1], StringComparison.Ordinal)
        : annotation == allowed);

    /// <summary>Whether <see cref="Hosts"/> lets a namespace use a host.</summary>
    public bool Lists(string ns, string host) => HostsOf(ns).Concat(HostsOf("*")).Any(pattern => Matches(pattern, host));

    ImmutableArray<string> HostsOf(string ns) => Hosts.TryGetValue(ns, out var hosts) ? hosts : [];

    static bool Matches(string pattern, string host) => pattern.StartsWith("*.", StringComparison.Ordinal)
        ? host.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot
            && host.AsSpan(dot).Equals(pattern.AsSpan(1), StringComparison.OrdinalIgnoreCase)
        : host.Equals(pattern, StringComparison.OrdinalIgnoreCase);
}

/// <summary>Whether, and how, connections of servers are restricted.</summary>
public sealed record NetworkPolicySettings
{
    /// <summary>Whether there is one.</summary>
    public bool Enabled { get; set; }

    /// <summary>Namespaces whose pods may read metrics, beside the operator's own.</summary>
    public ImmutableArray<string> MonitoringNamespaces { get; set; } = [];
}

/// <summary>Which namespaces the operator looks after.</summary>
public enum WatchScope
{
    /// <summary>All; it also reads classes, which belong to no namespace.</summary>
    Cluster,

    /// <summary>Those that are listed.</summary>
    Namespaces,

    /// <summary>The one it runs in.</summary>
    Own,
}
