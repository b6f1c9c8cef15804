using System.Diagnostics.CodeAnalysis;
using PyRepo.Resources.Fields;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Proxied;

/// <summary>How known vulnerabilities (<see href="https://ossf.github.io/osv-schema/">OSV</see>) are handled.</summary>
public sealed record AdvisoriesSpec
{
    public static readonly ObjectType<AdvisoriesSpec> Type = new(fields => new(fields));

    public required string Source { get; init; }
    public required AdvisoryAction Action { get; init; }

    /// <summary>Null means that every advisory counts.</summary>
    public Severity? MinimumSeverity { get; init; }

    public Duration Refresh { get; init; } = Duration.FromMinutes(60);

    public AdvisoriesSpec()
    {
    }

    [SetsRequiredMembers]
    AdvisoriesSpec(FieldReader fields)
    {
        Source = fields.Required("source", AddressTypes.AdvisorySource,
            "The URL of a zip file with OSV advisories, such as "
            + "https://osv-vulnerabilities.storage.googleapis.com/PyPI/all.zip. On a laptop also a file:///path.");
        Action = fields.Required("action", new EnumType<AdvisoryAction>(),
            "What happens to a vulnerable version: Block hides it, Yank marks it as yanked, Report only reports it.");
        MinimumSeverity = fields.Optional("minimumSeverity", new EnumType<Severity>(),
            "Ignores advisories below this severity: Low, Medium, High or Critical. If omitted, all advisories count.");
        Refresh = fields.Default("refresh", AmountTypes.PositiveDuration, Refresh,
            "How often the source is read again.");
    }
}

/// <summary>The action on a vulnerable version.</summary>
public enum AdvisoryAction
{
    Block,
    Yank,
    Report,
}

/// <summary>The qualitative severity ratings of
/// <see href="https://www.first.org/cvss/v3.1/specification-document">CVSS</see>.</summary>
public enum Severity
{
    Low,
    Medium,
    High,
    Critical,
}
