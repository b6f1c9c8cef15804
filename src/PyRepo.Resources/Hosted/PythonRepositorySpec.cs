using PyRepo.Resources.Attesting;
using PyRepo.Resources.Fields;
using PyRepo.Resources.Serving;
using PyRepo.Resources.Storage;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Hosted;

/// <summary>The desired state of a PythonRepository.</summary>
public sealed record PythonRepositorySpec : StoredSpec
{
    public static readonly ObjectType<PythonRepositorySpec> Type = new(fields => new(fields))
    {
        Rules =
        [
            ServingRules.IngressOrGateway<PythonRepositorySpec>(),
            StorageRules.ReplicasNeedBucket<PythonRepositorySpec>(),
            BackupRules.NotItsOwnBucket<PythonRepositorySpec>(),
            BackupRules.SnapshotsNeedVolume<PythonRepositorySpec>(),
        ],
        Transitions = StorageTransitions.All<PythonRepositorySpec>(),
    };

    public UploadsSpec Uploads { get; init; } = new();

    /// <summary>Null keeps all releases.</summary>
    public RetentionSpec? Retention { get; init; }

    /// <summary>Null: nothing is known about vulnerabilities.</summary>
    public AdvisoriesSpec? Advisories { get; init; }

    /// <summary>Null if omitted.</summary>
    public AttestationsSpec? Attestations { get; init; }

    public PythonRepositorySpec()
    {
    }

    PythonRepositorySpec(FieldReader fields) : base(fields)
    {
        Uploads = fields.Default("uploads", UploadsSpec.Type, Uploads, "The rules for uploads.");
        Retention = fields.Optional("retention", RetentionSpec.Type,
            "Which releases are kept, and how long deletions can be undone. If omitted, all releases are kept.");
        Advisories = fields.Optional("advisories", AdvisoriesSpec.Type,
            "Where known vulnerabilities come from. Audit tools can query them at osv/v1/ below the repository's URL.");
        Attestations = fields.Optional("attestations", AttestationsSpec.Type,
            "How the attestations of uploads are verified, and which uploads must have some.");
    }
}

/// <summary>
/// Which releases are kept: a release is removed only if none of the rules that are set keeps it. And how long what was
/// removed can be restored.
/// </summary>
public sealed record RetentionSpec
{
    public static readonly ObjectType<RetentionSpec> Type = new(fields => new(fields));

    public int? KeepVersions { get; init; }
    public Duration? KeepDevReleasesFor { get; init; }
    public Duration? KeepIfDownloadedWithin { get; init; }
    public Duration KeepDeletedFor { get; init; } = Duration.FromDays(7);

    /// <summary>Whether a rule says which releases are kept, so that others may be removed.</summary>
    public bool HasRules => (KeepVersions, KeepDevReleasesFor, KeepIfDownloadedWithin) is not (null, null, null);

    public RetentionSpec()
    {
    }

    RetentionSpec(FieldReader fields)
    {
        KeepVersions = fields.Optional("keepVersions", AmountTypes.Count,
            "How many of a project's newest versions are kept. If omitted, only development releases are ever "
            + "removed.");
        KeepDevReleasesFor = fields.Optional("keepDevReleasesFor", AmountTypes.PositiveDuration,
            "How long development releases are kept after their upload.");
        KeepIfDownloadedWithin = fields.Optional("keepIfDownloadedWithin", AmountTypes.PositiveDuration,
            "Keeps a release that was downloaded within this time.");
        KeepDeletedFor = fields.Default("keepDeletedFor", AmountTypes.Duration, KeepDeletedFor,
            "How long a deletion can be undone. Bytes of deleted and replaced files stay so long, and use space. 0s "
            + "removes them at once. It also applies if retention is omitted.");
    }
}

/// <summary>The rules for uploads.</summary>
public sealed record UploadsSpec
{
    public static readonly ObjectType<UploadsSpec> Type = new(fields => new(fields));

    public Overwrite Overwrite { get; init; } = Overwrite.Never;
    public Quantity MaxFileSize { get; init; } = Quantity.Parse("2Gi");
    public UploadGuardAction Guard { get; init; }

    public UploadsSpec()
    {
    }

    UploadsSpec(FieldReader fields)
    {
        Overwrite = fields.Default("overwrite", new EnumType<Overwrite>(), Overwrite,
            "Whether an upload may replace a file of the same name with different content: Never or Always. Uploading "
            + "the same content again always succeeds.");
        MaxFileSize = fields.Default("maxFileSize", AmountTypes.PositiveQuantity, MaxFileSize,
            "The maximum size of an uploaded file.");
        Guard = fields.Default("guard", new EnumType<UploadGuardAction>(), Guard,
            "Looks for signs of an attack in uploads, by the rules of a proxy's policy.guard that apply to uploads: "
            + "Report only reports them, Reject refuses the upload. Off disables it.");
    }
}

/// <summary>The action on an upload in which the release guard finds something.</summary>
public enum UploadGuardAction
{
    Off,
    Report,
    Reject,
}

/// <summary>Whether an upload may replace a file of the same name with different content.</summary>
public enum Overwrite
{
    Never,
    Always,
}
