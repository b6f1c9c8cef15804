using PyRepo.Resources.Fields;

namespace PyRepo.Resources.Scheduling;

/// <summary>Which nodes pods prefer or need, by the nodes' labels and by the pods that already run there
/// (<see href="https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#affinity-and-anti-affinity">affinity
/// and anti-affinity</see>). As in a pod, but for pods of other namespaces: a required anti-affinity to them would keep
/// them off nodes.</summary>
public sealed record Affinity
{
    public static readonly ObjectType<Affinity> Type = new(fields => new(fields));

    public NodeAffinity? NodeAffinity { get; init; }
    public PodAffinity? PodAffinity { get; init; }
    public PodAffinity? PodAntiAffinity { get; init; }

    public Affinity()
    {
    }

    Affinity(FieldReader fields)
    {
        NodeAffinity = fields.Optional("nodeAffinity", Scheduling.NodeAffinity.Type,
            "The labels of the nodes on which the pods run.");
        PodAffinity = fields.Optional("podAffinity", Scheduling.PodAffinity.Type,
            "The pods of the namespace next to which the pods run.");
        PodAntiAffinity = fields.Optional("podAntiAffinity", Scheduling.PodAffinity.Type,
            "The pods of the namespace from which the pods stay away.");
    }
}
