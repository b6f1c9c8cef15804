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
        "A ConfigMap with a trusted root of Sigstore (JSON). If omitted, the public instance's, which the server brings.";

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
            + "Report verifies them and shows what came out, and accepts the upload either way. Require refuses an "
            + "upload whose attestations are not proved, and one that must have an attestation and has none.");
        TrustedRootRef = fields.Optional("trustedRootRef", TrustedRootType, TrustedRootDescription);
        Require = fields.Default("require", RequirementList, Require,
            "Who must have attested the files of which projects. If several entries name a project, any of their "
            + "publishers will do; a project that no entry names may go without. If omitted, every upload must have an "
            + "attestation, from any publisher that the trusted root knows. Only verify Require refuses; Report counts "
            + "what would be refused.");
    }
}

/// <summary>The treatment of the attestations of an upload.</summary>
public enum AttestationVerification
{
    Off,
    Report,
    Require,
}
