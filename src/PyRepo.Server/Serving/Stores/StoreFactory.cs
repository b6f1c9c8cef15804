using PyRepo.Egress;
using PyRepo.Resources;
using PyRepo.Resources.Storage;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Serving.Configuration;
using PyRepo.Storage.Buckets;
using PyRepo.Storage.Directories;

namespace PyRepo.Server.Serving.Stores;

/// <summary>Creates the stores that resources declare.</summary>
/// <param name="data">The folder for data, and for what is on its way to a bucket.</param>
/// <param name="ownPorts">The ports of this server, where no bucket is.</param>
/// <param name="clock">The clock.</param>
sealed class StoreFactory(string data, OwnPorts ownPorts, TimeProvider clock)
{
    /// <summary>The annotation that names the former owner of data.</summary>
    const string TakeOver = "pyrepo.dev/take-over";

    /// <summary>
    /// Where parts of files go that are on their way to or from a bucket of backups. No repository has these names.
    /// </summary>
    const string BackupScratch = ".backup", RestoreScratch = ".restore";

    /// <summary>Creates the store of a resource that has one.</summary>
    /// <exception cref="IOException">The folder for data cannot be used.</exception>
    public RepositoryStore Create(Resource resource, ServerConfiguration configuration)
    {
        var folder = configuration.GetFolder(resource, data);
        return GetStorage(resource).Bucket is { } bucket
            ? CreateBucket(new BucketSource(resource, bucket, configuration, ownPorts), folder)
            : new RepositoryStore
            {
                Store = new DirectoryStore(folder),
                Location = folder,
                Owner = new StoreFormat(
                    StorageLayout.Version, resource.Kind, IsGivenByName(resource, configuration)
                        ? resource.Metadata.Namespace : null, resource.Metadata.Name),
                TakesOver = GetFormerOwner(resource),
            };
    }

    /// <summary>Returns what a store was made from; another one is needed if it changes.</summary>
    public static string GetFingerprint(Resource resource, ServerConfiguration configuration) =>
        GetStorage(resource).Bucket is { } bucket ? BucketClients.GetFingerprint(resource, bucket, configuration) : "";

    /// <summary>Creates the store for the backups of a resource, which is not the resource's own yet.</summary>
    public RepositoryStore CreateBackups(Resource resource, BucketSpec bucket, ServerConfiguration configuration) =>
        CreateBucket(new BucketSource(resource, bucket, configuration, ownPorts)
        {
            Field = "spec.backup.to.bucket",
        }, Path.Combine(data, BackupScratch, resource.Metadata.Name));

    /// <summary>Creates the store with the backups of which one is restored. Nothing is written to it.</summary>
    public RepositoryStore CreateRestoreSource(
        Resource resource, BucketSpec bucket, ServerConfiguration configuration) =>
        CreateBucket(new BucketSource(resource, bucket, configuration, ownPorts)
        {
            Field = "spec.storage.restoreFrom.bucket",
        }, Path.Combine(data, RestoreScratch, resource.Metadata.Name));

    RepositoryStore CreateBucket(BucketSource declared, string folder)
    {
        var source = declared.WithClaim();
        var (resource, bucket, configuration) = (source.Resource, source.Bucket, source.Configuration);
        var name = bucket.Name ?? $"the {bucket.Title}";
        var replica = ReplicaName.From(folder);
        var (client, useKeys) = BucketClients.Create(source);
        var store = new BucketStore(
            client, bucket.Prefix, new ScratchFolder(folder),
            new BucketOwnership(name, bucket.Create, source.Field), replica.Replica, clock);
        return new RepositoryStore
        {
            Store = store,
            Location = $"{name}/{bucket.Prefix}".TrimEnd('/'),
            Owner = new StoreFormat(
                StorageLayout.Version, resource.Kind, configuration.IsMounted ? resource.Metadata.Namespace : null,
                resource.Metadata.Name),
            TakesOver = GetFormerOwner(resource),
            Replicas = resource.Spec().Server.Replicas,
            Replica = replica.Replica.Name,
            Fingerprint = BucketClients.GetFingerprint(resource, declared.Bucket, configuration),
            Claimed = bucket is { ClaimRef: { } claim, Name: { } given }
                ? new ClaimedBucket(
                    $"{claim.Kind} {claim.Name}", given, folder, configuration.Platform?.ClaimedBucket,
                    configuration.IsMounted)
                : null,
            UseKeys = useKeys,
            Resources = [client, replica],
        };
    }

    /// <summary>
    /// Whether the resource named its volume, and may have named another's. The operator makes all others.
    /// </summary>
    static bool IsGivenByName(Resource resource, ServerConfiguration configuration) =>
        configuration.IsMounted && GetStorage(resource).EffectivePersistentVolumeClaim?.ExistingClaim is not null;

    static string? GetFormerOwner(Resource resource) =>
        resource.Metadata.Annotations.TryGetValue(TakeOver, out var former) ? former.Trim() : null;

    static StorageSpec GetStorage(Resource resource) => resource.Storage()
        ?? throw new ArgumentException($"{resource.Kind} has no storage.", nameof(resource));
}

/// <summary>
/// The name of this process among those that use a bucket: the pod's, with an id that a restart in the same folder
/// keeps. So a process that was killed needs not wait until its former self is forgotten: the lock of the folder shows
/// that it has ended.
/// </summary>
sealed class ReplicaName : IDisposable
{
    const string FileName = ".replica";
    const string IncarnationFile = ".incarnation";
    readonly DirectoryLock? _lock;

    ReplicaName(string id, string? former, DirectoryLock? taken) => (Replica, _lock) = (
        BucketReplica.Started($"{Environment.MachineName.ToLowerInvariant()}-{id}", former), taken);

    /// <summary>This process.</summary>
    public BucketReplica Replica { get; }

    /// <summary>Finds the name, or makes a new one.</summary>
    /// <param name="folder">The folder of the process's own files.</param>
    public static ReplicaName From(string folder)
    {
        Directory.CreateDirectory(folder);
        if (DirectoryLock.TryTake(folder) is not { } taken)
            return new ReplicaName(NewId(), null, null); // Another process of this machine has the id in the folder.
        var file = Path.Combine(folder, FileName);
        var id = Read(file, IdLength) ?? NewId();
        File.WriteAllText(file, id);
        var incarnation = Path.Combine(folder, IncarnationFile);
        var name = new ReplicaName(id, Read(incarnation, IncarnationLength), taken);
        File.WriteAllText(incarnation, name.Replica.Incarnation);
        return name;
    }

    static string? Read(string file, int length) =>
        File.Exists(file) && File.ReadAllText(file) is { } text && text.Length == length
        && text.All(char.IsAsciiHexDigit)
            ? text : null;

    /// <inheritdoc/>
    public void Dispose() => _lock?.Dispose();

    const int IdLength = 8;
    const int IncarnationLength = 32;

    static string NewId() => Guid.NewGuid().ToString("N")[..IdLength];
}
