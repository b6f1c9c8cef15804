using System.Diagnostics.CodeAnalysis;
using PyRepo.Resources.Fields;

namespace PyRepo.Resources.Scheduling;

/// <summary>A preferred <see cref="Scheduling.PodAffinityTerm"/>.</summary>
public sealed record WeightedPodAffinityTerm
{
    public static readonly ObjectType<WeightedPodAffinityTerm> Type = new(fields => new(fields));

    public required int Weight { get; init; }
    public required PodAffinityTerm PodAffinityTerm { get; init; }

    public WeightedPodAffinityTerm()
    {
    }

    [SetsRequiredMembers]
    WeightedPodAffinityTerm(FieldReader fields)
    {
        Weight = fields.Required("weight", new IntegerType<int>(1, 100), "How much the term counts.");
        PodAffinityTerm = fields.Required("podAffinityTerm", Scheduling.PodAffinityTerm.Type, "The term.");
    }
}
