using PyRepo.Resources.Fields;
using PyRepo.Resources.References;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Attesting;

/// <summary>The demands of a proxy on the attestations (<see href="https://peps.python.org/pep-0740/">PEP 740</see>) of
/// upstream's files.</summary>
public sealed record ProvenanceSpec
{
    public static readonly ObjectType<ProvenanceSpec> Type = new(fields => new(fields));

    public PolicyAction Action { get; init; } = PolicyAction.Report;

    /// <summary>Whether a publisher that has attested files of a project is demanded of its later files.</summary>
    public bool Ratchet { get; init; } = true;

    /// <summary>Counts from when a file became available. Only <see cref="PolicyAction.Hold"/> ends.</summary>
    public Duration HoldFor { get; init; } = Duration.FromDays(7);

    /// <summary>The projects that are named here are not subject to the ratchet.</summary>
    public ValueList<AttestationRequirement> Require { get; init; } = [];

    /// <summary>Null: the root of the public instance.</summary>
    public ConfigMapReference? TrustedRootRef { get; init; }

    public ProvenanceSpec()
    {
    }

    ProvenanceSpec(FieldReader fields)
    {
        Action = fields.Default("action", new EnumType<PolicyAction>(), Action,
            "What happens to a file that lacks the attestation of a publisher: Report only reports it, Hold hides it "
            + "for holdFor, Hide hides it for good.");
        Ratchet = fields.Default("ratchet", AmountTypes.Boolean, Ratchet,
            "Whether a publisher that has attested files of a project must also attest its later files. Files from "
            + "before the first attestation are not affected.");
        HoldFor = fields.Default("holdFor", AmountTypes.PositiveDuration, HoldFor,
            "How long Hold hides a file, from when it became available. Publishers of files that were older at the "
            + "proxy's first look at the project are also accepted.");
        Require = fields.Default("require", AttestationsSpec.RequirementList, Require,
            "The required publishers of projects, whatever the ratchet says. If several entries match a project, any "
            + "of their publishers is enough.");
        TrustedRootRef = fields.Optional(
            "trustedRootRef", AttestationsSpec.TrustedRootType, AttestationsSpec.TrustedRootDescription);
    }
}
