using PyRepo.Resources.Fields;
using PyRepo.Resources.References;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Proxied;

/// <summary>Which distributions of upstream a proxy lets through.</summary>
public sealed record PolicySpec
{
    public static readonly ObjectType<PolicySpec> Type = new(fields => new(fields));

    /// <summary>As long as the longest of the words.</summary>
    static readonly StringType _packageType = new(maxLength: 11) { Allowed = ["bdist_wheel", "sdist"] };

    static readonly ListType<string> _requirementList = new(NameTypes.Requirement, maxItems: 5000);

    /// <summary>Null allows all; where given, it has at least one entry.</summary>
    public ValueList<string>? Allow { get; init; }

    public ValueList<string> Block { get; init; } = [];
    public DataReference? ConstraintsRef { get; init; }
    public Duration? MinimumAge { get; init; }
    public ValueList<string> Exempt { get; init; } = [];
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>
    /// Some of <c>bdist_wheel</c> and <c>sdist</c>, as the <c>filetype</c> of an upload has them; null allows all types.
    /// </summary>
    public ValueList<string>? PackageTypes { get; init; }

    public UpstreamRemoval OnUpstreamRemoval { get; init; } = UpstreamRemoval.Hide;
    public AdvisoriesSpec? Advisories { get; init; }

    public PolicySpec()
    {
    }

    PolicySpec(FieldReader fields)
    {
        Allow = fields.Optional("allow", new ListType<string>(NameTypes.Requirement, maxItems: 5000) { MinItems = 1 },
            "Only these projects and versions, as requests>=2.31 or acme-*; "
            + "projects that no entry names are not known.");
        Block = fields.Default("block", _requirementList, Block,
            "Never these projects and versions, as evil or urllib3<2.");
        ConstraintsRef = fields.Optional("constraintsRef", DataReference.Type,
            "A pip constraints file: of the projects in it, only the versions that it allows.");
        MinimumAge = fields.Optional("minimumAge", AmountTypes.PositiveDuration,
            "Hide what was uploaded a shorter time ago: a quarantine.");
        Exempt = fields.Default("exempt", _requirementList, Exempt,
            "Projects and versions that minimumAge does not concern.");
        AsOf = fields.Optional("asOf", new TimestampType(), "Hide what was uploaded later: a frozen index.");
        PackageTypes = fields.Optional("packageTypes", new ListType<string>(_packageType, maxItems: 2)
        {
            MinItems = 1,
        }, "Only distributions of these types: bdist_wheel and sdist.");
        OnUpstreamRemoval = fields.Default("onUpstreamRemoval", new EnumType<UpstreamRemoval>(), OnUpstreamRemoval,
            "What becomes of a kept file that upstream deleted or quarantined: Hide or Keep.");
        Advisories = fields.Optional("advisories", AdvisoriesSpec.Type, "What known vulnerabilities lead to.");
    }
}
