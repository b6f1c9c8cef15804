using PyRepo.Resources.Fields;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Scheduling;

/// <summary>The pods next to which pods run, or from which they stay away.</summary>
public sealed record PodAffinity
{
    public static readonly ObjectType<PodAffinity> Type = new(fields => new(fields));

    public ValueList<PodAffinityTerm> RequiredDuringSchedulingIgnoredDuringExecution { get; init; } = [];
    public ValueList<WeightedPodAffinityTerm> PreferredDuringSchedulingIgnoredDuringExecution { get; init; } = [];

    public PodAffinity()
    {
    }

    PodAffinity(FieldReader fields)
    {
        RequiredDuringSchedulingIgnoredDuringExecution = fields.Default(
            "requiredDuringSchedulingIgnoredDuringExecution",
            new ListType<PodAffinityTerm>(PodAffinityTerm.Type, maxItems: 8),
            RequiredDuringSchedulingIgnoredDuringExecution, "Terms that must all be met.");
        PreferredDuringSchedulingIgnoredDuringExecution = fields.Default(
            "preferredDuringSchedulingIgnoredDuringExecution",
            new ListType<WeightedPodAffinityTerm>(WeightedPodAffinityTerm.Type, maxItems: 8),
            PreferredDuringSchedulingIgnoredDuringExecution, "Terms that should be met.");
    }
}
