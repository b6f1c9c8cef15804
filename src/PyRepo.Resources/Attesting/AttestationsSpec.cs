using PyRepo.Resources.Fields;
using PyRepo.Resources.References;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Attesting;

/// <summary>The demands on the attestations (<see href="https://peps.python.org/pep-0740/">PEP 740</see>) of
/// uploads.</summary>
public sealed record AttestationsSpec
{
    /// <summary>The key of a ConfigMap with a trusted root, where a reference names none.</summary>
    public const string DefaultKey = "trusted_root.json";

    public static readonly ObjectType<AttestationsSpec> Type = new(fields => new(fields))
    {
        Rules = [AttestationRules.RequireHasEffect],
    };

    internal const string TrustedRootDescription =
        "A ConfigMap with a trusted root of Sigstore (JSON). If omitted, the bundled root of the public instance.";

    internal static readonly ObjectType<ConfigMapReference> TrustedRootType = ConfigMapReference.WithKey(DefaultKey);

    internal static readonly ListType<AttestationRequirement> RequirementList =
        new(AttestationRequirement.Type, maxItems: 64);

    public AttestationVerification Verify { get; init; } = AttestationVerification.Report;

    /// <summary>Null: the root of the public instance.</summary>
    public ConfigMapReference? TrustedRootRef { get; init; }

    /// <summary>If empty, with <see cref="AttestationVerification.Require"/>, every project needs an attestation of any
    /// publisher.</summary>
    public ValueList<AttestationRequirement> Require { get; init; } = [];

    public AttestationsSpec()
    {
    }

    AttestationsSpec(FieldReader fields)
    {
        Verify = fields.Default("verify", new EnumType<AttestationVerification>(), Verify,
            "\"Off\" (in quotes, because YAML takes Off for false) does not look at attestations beyond their form. "
            + "Report verifies them, shows the result, and accepts the upload anyway. Require refuses uploads with "
            + "unproved attestations, or without a required one.");
        TrustedRootRef = fields.Optional("trustedRootRef", TrustedRootType, TrustedRootDescription);
        Require = fields.Default("require", RequirementList, Require,
            "The required publishers of projects. If several entries match a project, any of their publishers is "
            + "enough; a project that no entry matches needs none. If omitted, every upload needs an attestation, by "
            + "any publisher that the trusted root knows. Only verify Require refuses; Report counts.");
    }
}

/// <summary>The treatment of the attestations of an upload.</summary>
public enum AttestationVerification
{
    Off,
    Report,
    Require,
}
