using System.Diagnostics.CodeAnalysis;
using PyRepo.Resources.Fields;

namespace PyRepo.Resources.Proxied;

/// <summary>What known vulnerabilities (OSV) lead to.</summary>
public sealed record AdvisoriesSpec
{
    public static readonly ObjectType<AdvisoriesSpec> Type = new(fields => new(fields));

    public required string Source { get; init; }
    public required AdvisoryAction Action { get; init; }

    /// <summary>Null counts every advisory.</summary>
    public Severity? MinimumSeverity { get; init; }

    public AdvisoriesSpec()
    {
    }

    [SetsRequiredMembers]
    AdvisoriesSpec(FieldReader fields)
    {
        Source = fields.Required("source", AddressTypes.HttpUrl, "The URL of a zip file of OSV advisories.");
        Action = fields.Required("action", new EnumType<AdvisoryAction>(),
            "What is done with a vulnerable version: Block hides it, Yank marks it yanked, Report only reports it.");
        MinimumSeverity = fields.Optional("minimumSeverity", new EnumType<Severity>(),
            "Advisories below this severity do not count: Low, Medium, High or Critical; left out, all count.");
    }
}
