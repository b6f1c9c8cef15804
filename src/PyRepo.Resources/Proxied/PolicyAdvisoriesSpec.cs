using System.Diagnostics.CodeAnalysis;
using PyRepo.Resources.Fields;
using PyRepo.Resources.Storage;

namespace PyRepo.Resources.Proxied;

/// <summary>How known vulnerabilities (<see href="https://ossf.github.io/osv-schema/">OSV</see>) are handled.</summary>
public sealed record PolicyAdvisoriesSpec : AdvisoriesSpec
{
    public static new readonly ObjectType<PolicyAdvisoriesSpec> Type = new(fields => new(fields))
    {
        Rules = [NeedsSource<PolicyAdvisoriesSpec>()],
    };

    public required AdvisoryAction Action { get; init; }

    /// <summary>Null means that every advisory counts.</summary>
    public Severity? MinimumSeverity { get; init; }

    public PolicyAdvisoriesSpec()
    {
    }

    [SetsRequiredMembers]
    PolicyAdvisoriesSpec(FieldReader fields) : base(fields)
    {
        Action = fields.Required("action", new EnumType<AdvisoryAction>(),
            "What happens to a vulnerable version: Block hides it, Yank marks it as yanked, Report only reports it.");
        MinimumSeverity = fields.Optional("minimumSeverity", new EnumType<Severity>(),
            "Ignores advisories below this severity: Low, Medium, High or Critical. If omitted, all advisories count.");
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
