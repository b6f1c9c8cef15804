using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using PyRepo.Operator.Limits;
using PyRepo.Resources.Fields;
using PyRepo.Resources.Manifests;
using PyRepo.Resources.Scheduling;
using PyRepo.Resources.Serving;
using PyRepo.Resources.Values;

namespace PyRepo.Operator.Settings;

/// <summary>The administrator's settings for all resources; read by <see cref="SettingsFile"/>.</summary>
/// <remarks>
/// The properties have setters because generated JSON readers overwrite the default of an init-only one.
/// </remarks>
public sealed record OperatorSettings
{
    /// <summary>The image of servers whose resource does not name one. Changing it rolls them.</summary>
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

    /// <summary>The limits on what resources may ask for in Ingresses and HTTPRoutes.</summary>
    public IngressSettings Ingress { get; set; } = new();

    /// <summary>
    /// How many resources roll at once when the image, a setting or a new operator changes their pods.
    /// </summary>
    public int MaxRollouts { get; set; } = 5;

    /// <summary>How many of them may be of one namespace.</summary>
    public int MaxRolloutsPerNamespace { get; set; } = 2;

    /// <summary>How many resources of a namespace are reconciled, of all three kinds: the oldest ones.</summary>
    public int MaxResourcesPerNamespace { get; set; } = OperatorLimits.MaxResources;

    /// <summary>Which claims and snapshots a resource may name that the operator did not make for it.</summary>
    public ClaimableVolumes ClaimableVolumes { get; set; } = ClaimableVolumes.Annotated;

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
        ? [ImagePattern.GetRepository(ServerImage)]
        : AllowedImages.Select(pattern => new ImagePattern(pattern));
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

/// <summary>Which claims and snapshots resources may name that the operator did not make for them.</summary>
public enum ClaimableVolumes
{
    /// <summary>Those whose annotation <c>pyrepo.dev/claimable-by</c> names the resource.</summary>
    Annotated,

    /// <summary>All of the namespace, but the claims of other resources and claims with the data of others.</summary>
    All,
}

/// <summary>Whether, and how, connections of servers are restricted.</summary>
public sealed record NetworkPolicySettings
{
    /// <summary>Whether there is one.</summary>
    public bool Enabled { get; set; }

    /// <summary>Namespaces whose pods may read metrics, in addition to the operator's own.</summary>
    public ImmutableArray<string> MonitoringNamespaces { get; set; } = [];

    /// <summary>
    /// The cluster's DNS, to whose pods a server may connect on any port: those of OpenShift do not listen on 53.
    /// Port 53 is open to anywhere, for resolvers outside the cluster and on the node.
    /// </summary>
    public ImmutableArray<DnsPeer> Dns { get; set; } =
    [
        new()
        {
            Namespace = "kube-system",
            PodLabels = ImmutableSortedDictionary<string, string>.Empty.Add("k8s-app", "kube-dns"),
        },
        new() { Namespace = "openshift-dns" },
    ];
}

/// <summary>Pods that resolve the cluster's names.</summary>
public sealed record DnsPeer
{
    /// <summary>Their namespace.</summary>
    public string Namespace { get; set; } = "";

    /// <summary>Their labels; empty: all pods of the namespace.</summary>
    public ImmutableSortedDictionary<string, string> PodLabels { get; set; } =
        ImmutableSortedDictionary<string, string>.Empty;
}

/// <summary>
/// Images that a resource may name. <c>*</c> stands for any characters but a slash. A pattern with neither tag nor
/// digest allows all of them: <c>registry.example.com/tools/*</c>.
/// </summary>
public readonly record struct ImagePattern(string Text)
{
    /// <summary>All tags and digests of an image's repository.</summary>
    public static ImagePattern GetRepository(string image) => new(WithoutTag(image));

    /// <summary>Whether an image is one of them.</summary>
    public bool Allows(string image) =>
        Text.Length > 0 && (Matches(Text, image) || (Text == WithoutTag(Text) && Matches(Text, WithoutTag(image))));

    /// <inheritdoc/>
    public override string ToString() => Text;

    /// <summary>A colon before the last slash is a registry's port.</summary>
    static string WithoutTag(string image)
    {
        var name = image.Split('@')[0];
        var colon = name.LastIndexOf(':');
        return colon > name.LastIndexOf('/') ? name[..colon] : name;
    }

    static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        var star = pattern.IndexOf('*');
        if (star < 0)
            return text.SequenceEqual(pattern);
        if (!text.StartsWith(pattern[..star]))
            return false;
        for (var end = star; end <= text.Length; end++)
        {
            if (Matches(pattern[(star + 1)..], text[end..]))
                return true;
            if (end < text.Length && text[end] == '/')
                return false;
        }
        return false;
    }
}

/// <summary>
/// The administrator's settings for servers' pods, where a resource has none. They are read by the same rules.
/// </summary>
public sealed record ServerSettings : ServerPodSpec
{
    const string Name = "server";

    public static readonly ObjectType<ServerSettings> Type = new(fields => new(fields));

    /// <summary>A ResourceQuota only takes pods that request what it counts.</summary>
    static readonly ResourceRequirements _requests = new()
    {
        Requests = new(ImmutableSortedDictionary.Create<string, Quantity>(StringComparer.Ordinal)
            .Add("cpu", Quantity.Parse("50m")).Add("memory", Quantity.Parse("96Mi"))),
    };

    /// <summary>
    /// Whether the platform assigns each pod a user and a group, as OpenShift does; else the operator names them.
    /// </summary>
    public bool AssignedUser { get; init; }

    public ServerSettings() => Resources = _requests;

    /// <summary>A chart writes what is empty, too.</summary>
    ServerSettings(FieldReader fields) : base(fields, _requests)
    {
        ImagePullSecrets = ImagePullSecrets is { Count: 0 } ? null : ImagePullSecrets;
        Tolerations = Tolerations is { Count: 0 } ? null : Tolerations;
        Affinity = Affinity == new Affinity() ? null : Affinity;
        TopologySpreadConstraints = TopologySpreadConstraints is { Count: 0 } ? null : TopologySpreadConstraints;
        AssignedUser = fields.Default("assignedUser", new BooleanType(), AssignedUser,
            "Whether the platform assigns each pod a user and a group, as OpenShift does.");
    }

    /// <summary>Takes the settings of servers out of a settings file.</summary>
    /// <exception cref="SettingsException">Something in them is wrong.</exception>
    internal static ServerSettings TakeFrom(JsonNode? settings)
    {
        if (settings is not JsonObject fields || !fields.Remove(Name, out var server) || server is null)
            return new();
        var read = JsonFields.Read(Type, server.ToJsonString(), Name, out var problems);
        return problems is [var first, ..] ? throw new SettingsException($"{first.FieldPath}: {first.Message}") : read;
    }
}
