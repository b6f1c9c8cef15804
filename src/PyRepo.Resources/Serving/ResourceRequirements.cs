using PyRepo.Resources.Fields;
using PyRepo.Resources.Rules;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Serving;

/// <summary>What a container asks for, and what it may use at most.</summary>
public sealed record ResourceRequirements
{
    public static readonly ObjectType<ResourceRequirements> Type = new(fields => new(fields))
    {
        Rules = [ServingRules.RequestsWithinLimits],
    };

    public ValueDictionary<Quantity> Requests { get; init; } = ValueDictionary<Quantity>.Empty;
    public ValueDictionary<Quantity> Limits { get; init; } = ValueDictionary<Quantity>.Empty;

    public ResourceRequirements()
    {
    }

    ResourceRequirements(FieldReader fields)
    {
        var amounts = new MapType<Quantity>(AmountTypes.Quantity, maxEntries: 16, LabelRules.MaxKeyLength)
        {
            Rules = [ServingRules.ResourceNames],
        };
        Requests = fields.Default("requests", amounts, Requests,
            "What the container asks for: cpu, memory and others.");
        Limits = fields.Default("limits", amounts, Limits, "What the container may use at most.");
    }
}
