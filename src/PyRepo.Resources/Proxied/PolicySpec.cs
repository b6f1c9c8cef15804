using PyRepo.Resources.Attesting;
using PyRepo.Resources.Fields;
using PyRepo.Resources.References;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Proxied;

/// <summary>Which of upstream's distributions a proxy serves.</summary>
public sealed record PolicySpec
{
    public static readonly ObjectType<PolicySpec> Type = new(fields => new(fields));

    /// <summary><c>bdist_wheel</c> or <c>sdist</c>; as long as the longer one.</summary>
    static readonly StringType _packageType = new(maxLength: 11) { Allowed = ["bdist_wheel", "sdist"] };

    static readonly ListType<string> _requirementList = new(NameTypes.Requirement, maxItems: 5000);

    /// <summary>Null allows all projects. Otherwise it has at least one entry.</summary>
    public ValueList<string>? Allow { get; init; }

    public ValueList<string> Block { get; init; } = [];
    public ConfigMapReference? ConstraintsRef { get; init; }
    public Duration? MinimumAge { get; init; }
    public ValueList<string> Exempt { get; init; } = [];
    public ValueList<WaiverSpec> Waivers { get; init; } = [];
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>
    /// The allowed types, <c>bdist_wheel</c> and <c>sdist</c>, as in an upload's <c>filetype</c>. Null allows all
    /// types.
    /// </summary>
    public ValueList<string>? PackageTypes { get; init; }

    public UpstreamRemoval OnUpstreamRemoval { get; init; } = UpstreamRemoval.Hide;
    public PolicyAdvisoriesSpec? Advisories { get; init; }
    public ProvenanceSpec? Provenance { get; init; }
    public GuardSpec? Guard { get; init; }

    public PolicySpec()
    {
    }

    PolicySpec(FieldReader fields)
    {
        Allow = fields.Optional("allow", new ListType<string>(NameTypes.Requirement, maxItems: 5000) { MinItems = 1 },
            "Allows only these projects and versions, such as requests>=2.31 or acme-*. To clients, a project that no "
            + "entry names does not exist.");
        Block = fields.Default("block", _requirementList, Block,
            "Hides these projects and versions, such as evil or urllib3<2.");
        ConstraintsRef = fields.Optional("constraintsRef", ConfigMapReference.Type,
            "A pip constraints file. Of the projects that it names, only the versions that it allows are visible.");
        MinimumAge = fields.Optional("minimumAge", AmountTypes.PositiveDuration,
            "Hides files that were uploaded more recently than this: a quarantine.");
        Exempt = fields.Default("exempt", _requirementList, Exempt,
            "The projects and versions to which minimumAge does not apply.");
        Waivers = fields.Default("waivers", new ListType<WaiverSpec>(WaiverSpec.Type, maxItems: 200), Waivers,
            "Exceptions from rules, with an end and a reason.");
        AsOf = fields.Optional("asOf", new TimestampType(), "Hides files that were uploaded after this time: a frozen "
        + "index.");
        PackageTypes = fields.Optional("packageTypes", new ListType<string>(_packageType, maxItems: 2)
        {
            MinItems = 1,
        }, "Allows only distributions of these types: bdist_wheel, sdist or both.");
        OnUpstreamRemoval = fields.Default("onUpstreamRemoval", new EnumType<UpstreamRemoval>(), OnUpstreamRemoval,
            "What happens to a cached file that upstream deleted or quarantined: Hide or Keep.");
        Advisories = fields.Optional("advisories", PolicyAdvisoriesSpec.Type,
            "How known vulnerabilities are handled. Audit tools can query them at osv/v1/ below the repository's URL.");
        Provenance = fields.Optional("provenance", ProvenanceSpec.Type,
            "Verifies attestations of upstream's files, and decides about files without one.");
        Guard = fields.Optional("guard", GuardSpec.Type,
            "Looks for signs of an attack in upstream's files, and decides about files with one.");
    }
}

/// <summary>The action on a cached file that upstream deleted or quarantined.</summary>
public enum UpstreamRemoval
{
    Hide,
    Keep,
}
