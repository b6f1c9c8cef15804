using System.Collections.Immutable;
using System.Text.Json.Serialization;
using PyRepo.Operator.Limits;

namespace PyRepo.Operator.Settings;

/// <summary>What the administrator decides for all resources; read by <see cref="SettingsFile"/>.</summary>
/// <remarks>
/// The properties have setters because generated JSON readers overwrite the default of an init-only one.
/// </remarks>
public sealed record OperatorSettings
{
    /// <summary>The image of servers whose resource names none. Changing it rolls them.</summary>
    public string ServerImage { get; set; } = "";

    /// <summary>
    /// The images that <c>spec.server.image</c> may name; see <see cref="ImagePattern"/>. Empty: the repository of
    /// <see cref="ServerImage"/> alone.
    /// </summary>
    public ImmutableArray<string> AllowedImages { get; set; } = [];

    /// <summary>
    /// The labels that <c>spec.server.podLabels</c> may set; a <c>*</c> at the end stands for any ending. A label can
    /// make a pod part of another Service, or subject to another policy.
    /// </summary>
    public ImmutableArray<string> AllowedPodLabels { get; set; } = [];

    /// <summary>The annotations that <c>spec.server.podAnnotations</c> may set, likewise.</summary>
    public ImmutableArray<string> AllowedPodAnnotations { get; set; } = [];

    /// <summary>
    /// The annotations that <c>spec.server.serviceAccountAnnotations</c> may set, likewise. They give pods rights in a
    /// cloud.
    /// </summary>
    public ImmutableArray<string> AllowedServiceAccountAnnotations { get; set; } = [];

    /// <summary>The servers' pods, where a resource does not decide. It has the rules of a resource.</summary>
    [JsonIgnore]
    public ServerSettings Server { get; set; } = new();

    /// <summary>Hosts and CIDRs that servers may connect to; empty: any but those that are always rejected.</summary>
    public ImmutableArray<string> AllowedDestinations { get; set; } = [];

    /// <summary>What resources may ask for in Ingresses and HTTPRoutes.</summary>
    public IngressSettings Ingress { get; set; } = new();

    /// <summary>
    /// How many resources roll at once when the image, a setting or a new operator changes their pods.
    /// </summary>
    public int MaxRollouts { get; set; } = 5;

    /// <summary>How many of them may be of one namespace.</summary>
    public int MaxRolloutsPerNamespace { get; set; } = 2;

    /// <summary>How many resources of a namespace are reconciled, of all three kinds: the oldest ones.</summary>
    public int MaxResourcesPerNamespace { get; set; } = OperatorLimits.MaxResources;

    /// <summary>Whether each server gets a NetworkPolicy.</summary>
    public NetworkPolicySettings NetworkPolicy { get; set; } = new();

    /// <summary>Which namespaces the operator looks after.</summary>
    public WatchScope Scope { get; set; } = WatchScope.Cluster;

    /// <summary>The namespaces of <see cref="WatchScope.Namespaces"/>.</summary>
    public ImmutableArray<string> Namespaces { get; set; } = [];

    /// <summary>The operator's own namespace, from the command line.</summary>
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
