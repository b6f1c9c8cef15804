using PyRepo.Resources.Fields;
using PyRepo.Resources.Rules;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Serving;

/// <summary>The server's pods.</summary>
public sealed record ServerSpec
{
    public static readonly ObjectType<ServerSpec> Type = new(fields => new(fields));

    /// <summary>Null means the operator's default.</summary>
    public string? Image { get; init; }

    public int Replicas { get; init; } = 1;
    public ResourceRequirements Resources { get; init; } = new();
    public ValueDictionary<string> NodeSelector { get; init; } = ValueDictionary<string>.Empty;
    public ValueList<Toleration> Tolerations { get; init; } = [];

    public ServerSpec()
    {
    }

    ServerSpec(FieldReader fields)
    {
        Image = fields.Optional("image",
            new StringType(512) { EmptyMeansOmitted = true, Rules = [ServingRules.ImageName] },
            "The server's container image. If omitted, the operator's default.");
        Replicas = fields.Default("replicas", new IntegerType<int>(1, 100), Replicas,
            "The number of pods. More than one requires a bucket, except for a group.");
        Resources = fields.Default("resources", ResourceRequirements.Type, Resources,
            "The container's resource requests and limits, as in a pod.");
        NodeSelector = fields.Default("nodeSelector",
            new MapType<string>(new StringType(63) { MayBeEmpty = true }, maxEntries: 32, LabelRules.MaxKeyLength)
            {
                Rules = [LabelRules.LabelKeys, LabelRules.LabelValues],
            }, NodeSelector, "The labels of the nodes on which the pods may run.");
        Tolerations = fields.Default("tolerations", new ListType<Toleration>(Toleration.Type, maxItems: 32),
            Tolerations, "The node taints that the pods tolerate, as in a pod.");
    }
}
