using PyRepo.Resources.Fields;
using PyRepo.Resources.Serving;

namespace PyRepo.Resources.Storage;

/// <summary>The fields that the kinds with storage have in common.</summary>
public abstract record StoredSpec : ServedSpec
{
    public StorageSpec Storage { get; init; } = new();

    /// <summary>Null: no backups are made.</summary>
    public BackupSpec? Backup { get; init; }

    /// <summary>All buckets that the server uses: for the data, for backups, and to restore from.</summary>
    public IEnumerable<BucketSpec> Buckets =>
        new[] { Storage.Bucket, Backup?.To.Bucket, Storage.RestoreFrom?.Bucket }.OfType<BucketSpec>();

    protected StoredSpec()
    {
    }

    protected StoredSpec(FieldReader fields)
        : base(fields, "Who may do what. If omitted, anyone reads, and the user publisher is Maintainer; its "
        + "generated password is in the Secret NAME-credentials.")
    {
        ArgumentNullException.ThrowIfNull(fields);
        Storage = fields.Default("storage", StorageSpec.Type, Storage,
            "Where the data is stored. If omitted, on a persistent volume of 10Gi.");
        Backup = fields.Optional("backup", BackupSpec.Type,
            "Backups to a bucket, or as snapshots of the volume. If omitted, none are made.");
    }
}
