using PyRepo.Resources.Fields;
using PyRepo.Resources.Rules;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Serving;

/// <summary>The resource requests and limits of a container.</summary>
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
        var amounts = new MapType<Quantity>(AmountTypes.Quantity, maxEntries: 8, LabelRules.MaxKeyLength)
        {
            Rules = [ServingRules.ResourceNames],
        };
        Requests = fields.Default("requests", amounts, Requests,
            "The resources that the container requests: cpu, memory and others.");
        Limits = fields.Default("limits", amounts, Limits, "The maximum resources that the container may use.");
    }
}
