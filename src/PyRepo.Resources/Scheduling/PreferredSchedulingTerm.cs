using System.Diagnostics.CodeAnalysis;
using PyRepo.Resources.Fields;

namespace PyRepo.Resources.Scheduling;

/// <summary>Nodes that are preferred.</summary>
public sealed record PreferredSchedulingTerm
{
    public static readonly ObjectType<PreferredSchedulingTerm> Type = new(fields => new(fields));

    public required int Weight { get; init; }
    public required NodeSelectorTerm Preference { get; init; }

    public PreferredSchedulingTerm()
    {
    }

    [SetsRequiredMembers]
    PreferredSchedulingTerm(FieldReader fields)
    {
        Weight = fields.Required("weight", new IntegerType<int>(1, 100), "How much a node that fits is preferred.");
        Preference = fields.Required("preference", NodeSelectorTerm.Type, "Which nodes are preferred.");
    }
}
