using PyRepo.Resources.Fields;
using PyRepo.Resources.References;
using PyRepo.Resources.Rules;
using PyRepo.Resources.Scheduling;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Serving;

/// <summary>Settings of a server's pods, by its resource, and by the administrator as the default for all.</summary>
public abstract record ServerPodSpec
{
    public ResourceRequirements Resources { get; init; } = new();

    /// <summary>Null means the administrator's.</summary>
    public ValueList<SecretReference>? ImagePullSecrets { get; init; }

    public ValueDictionary<string> NodeSelector { get; init; } = ValueDictionary<string>.Empty;

    /// <summary>Null means the administrator's.</summary>
    public ValueList<Toleration>? Tolerations { get; init; }

    /// <summary>Null means the administrator's.</summary>
    public Affinity? Affinity { get; init; }

    /// <summary>Null means the administrator's.</summary>
    public ValueList<TopologySpreadConstraint>? TopologySpreadConstraints { get; init; }

    /// <summary>Null means the administrator's.</summary>
    public string? PriorityClassName { get; init; }

    public ValueDictionary<string> PodLabels { get; init; } = ValueDictionary<string>.Empty;
    public ValueDictionary<string> PodAnnotations { get; init; } = ValueDictionary<string>.Empty;

    protected ServerPodSpec()
    {
    }

    static readonly MapType<string> _nodeLabels =
        new(new StringType(63) { MayBeEmpty = true }, maxEntries: 32, LabelRules.MaxKeyLength)
        {
            Rules = [LabelRules.LabelKeys, LabelRules.LabelValues],
        };

    static readonly MapType<string> _podLabels =
        new(new StringType(63) { MayBeEmpty = true }, maxEntries: 32, LabelRules.MaxKeyLength)
        {
            Rules = [LabelRules.LabelKeys, LabelRules.LabelValues, LabelRules.NoKeysOfPyRepo],
        };

    static readonly MapType<string> _podAnnotations =
        new(new StringType(4096) { MayBeEmpty = true }, maxEntries: 64, LabelRules.MaxKeyLength)
        {
            Rules = [LabelRules.AnnotationNames, LabelRules.NoKeysOfPyRepo],
        };

    protected ServerPodSpec(FieldReader fields, ResourceRequirements resources)
    {
        ArgumentNullException.ThrowIfNull(fields);
        Resources = fields.Default("resources", ResourceRequirements.Type, resources,
            "The container's resource requests and limits, as in a pod. The operator's default (requests of 50m of cpu "
            + "and 96Mi of memory) applies to resources in neither.");
        ImagePullSecrets = fields.Optional("imagePullSecrets",
            new ListType<SecretReference>(SecretReference.Type, maxItems: 16),
            "The Secrets for pulling the image. If omitted, the operator's default.");
        NodeSelector = fields.Default("nodeSelector", _nodeLabels, NodeSelector,
            "The labels of the nodes on which the pods may run, in addition to the operator's default.");
        Tolerations = fields.Optional("tolerations", new ListType<Toleration>(Toleration.Type, maxItems: 32),
            "The node taints that the pods tolerate, as in a pod. If omitted, the operator's default.");
        Affinity = fields.Optional("affinity", Scheduling.Affinity.Type,
            "The nodes and pods near which the pods run, as in a pod. It replaces the preference of several pods for "
            + "different nodes. If omitted, the operator's default.");
        TopologySpreadConstraints = fields.Optional("topologySpreadConstraints",
            new ListType<TopologySpreadConstraint>(TopologySpreadConstraint.Type, maxItems: 8)
            {
                Rules = [SchedulingRules.DistinctConstraints],
            },
            "How evenly the pods are distributed, as in a pod. If omitted, the operator's default, or else several "
            + "pods prefer different nodes.");
        PriorityClassName = fields.Optional("priorityClassName",
            new StringType(253)
            {
                EmptyMeansOmitted = true,
                Rules = [NameRules.ObjectName, ServingRules.NoSystemPriority],
            },
            "The PriorityClass of the pods. If omitted, the operator's default.");
        PodLabels = fields.Default("podLabels", _podLabels, PodLabels,
            "Labels for the pods. Only those that the administrator allows are accepted.");
        PodAnnotations = fields.Default("podAnnotations", _podAnnotations, PodAnnotations,
            "Annotations for the pods. Only those that the administrator allows are accepted.");
    }
}

/// <summary>The server's pods.</summary>
public sealed record ServerSpec : ServerPodSpec
{
    public static readonly ObjectType<ServerSpec> Type = new(fields => new(fields))
    {
        Rules = [AutoMemorySpec.MaxHoldsResources],
    };

    /// <summary>Null means the operator's default.</summary>
    public string? Image { get; init; }

    public int Replicas { get; init; } = 1;

    /// <summary>Null: the pods have what <see cref="ServerPodSpec.Resources"/> says.</summary>
    public AutoMemorySpec? AutoMemory { get; init; }

    public ValueDictionary<string> ServiceAccountAnnotations { get; init; } = ValueDictionary<string>.Empty;

    public ServerSpec()
    {
    }

    static readonly MapType<string> _serviceAccountAnnotations =
        new(new StringType(1024) { MayBeEmpty = true }, maxEntries: 16, LabelRules.MaxKeyLength)
        {
            Rules = [LabelRules.AnnotationNames, LabelRules.NoKeysOfPyRepo],
        };

    ServerSpec(FieldReader fields) : base(fields, new())
    {
        Image = fields.Optional("image",
            new StringType(512) { EmptyMeansOmitted = true, Rules = [ServingRules.ImageName] },
            "The server's container image. If omitted, the operator's default.");
        Replicas = fields.Default("replicas", new IntegerType<int>(1, 100), Replicas,
            "The number of pods. More than one requires a bucket, except for a group.");
        AutoMemory = fields.Optional("autoMemory", AutoMemorySpec.Type,
            "Raises the pods' memory limit, and with it the request, to what status.recommendation says. Pods without a "
            + "limit get none. A change replaces the pods. If omitted, it is only recommended.");
        ServiceAccountAnnotations = fields.Default("serviceAccountAnnotations", _serviceAccountAnnotations,
            ServiceAccountAnnotations,
            "Annotations for the pods' ServiceAccount, such as eks.amazonaws.com/role-arn, which give the pods an "
            + "identity in a cloud. Only those that the administrator allows are accepted.");
    }
}
