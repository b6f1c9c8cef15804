using PyRepo.Resources.Fields;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Scheduling;

/// <summary>The labels of the nodes on which the pods run.</summary>
public sealed record NodeAffinity
{
    public static readonly ObjectType<NodeAffinity> Type = new(fields => new(fields));

    /// <summary>Null allows every node.</summary>
    public NodeSelector? RequiredDuringSchedulingIgnoredDuringExecution { get; init; }

    public ValueList<PreferredSchedulingTerm> PreferredDuringSchedulingIgnoredDuringExecution { get; init; } = [];

    public NodeAffinity()
    {
    }

    NodeAffinity(FieldReader fields)
    {
        RequiredDuringSchedulingIgnoredDuringExecution = fields.Optional(
            "requiredDuringSchedulingIgnoredDuringExecution", NodeSelector.Type,
            "What a node must have. If omitted, every node will do.");
        PreferredDuringSchedulingIgnoredDuringExecution = fields.Default(
            "preferredDuringSchedulingIgnoredDuringExecution",
            new ListType<PreferredSchedulingTerm>(PreferredSchedulingTerm.Type, maxItems: 8),
            PreferredDuringSchedulingIgnoredDuringExecution, "What a node should have.");
    }
}
