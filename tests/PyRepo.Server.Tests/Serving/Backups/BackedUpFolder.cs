using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Resources.Storage;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Serving.Backups;
using PyRepo.Server.Serving.Moving;
using PyRepo.Server.Serving.Stores;
using PyRepo.Server.Tests.Hosted;
using PyRepo.Server.Tests.Serving.Moving;
using PyRepo.Storage;
using PyRepo.Storage.Directories;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Serving.Backups;

/// <summary>A repository, a place for its backups and an empty one to restore to; all of them are folders.</summary>
sealed class BackedUpFolder : IDisposable
{
    static readonly StoreFormat _owner = new(StorageLayout.Version, "PythonRepository", null, "team");
    readonly TemporaryFolder _backups = new();

    public BackedUpFolder()
    {
        Bucket = new CommittedKeys(new DirectoryStore(_backups.Path));
        Catalog = new BackupCatalog(Bucket);
        Source = new RepositoryStore
        {
            Store = new DirectoryStore(Repository.Path),
            Location = Repository.Path,
            Owner = _owner,
        };
        Target = BackupLayout.AsBackups(new RepositoryStore { Store = Bucket, Location = "backups", Owner = _owner });
    }

    static CancellationToken None => CancellationToken.None;

    public HostedFolder Repository { get; } = new();

    public HostedFolder Restored { get; } = new();

    public CommittedKeys Bucket { get; }

    public BackupCatalog Catalog { get; }

    public RepositoryStore Source { get; }

    public RepositoryStore Target { get; }

    /// <summary>Backs up, a minute after whatever was before.</summary>
    public async Task<BackupSummary> BackUpAsync(string? request = null)
    {
        Repository.Clock.Advance(TimeSpan.FromMinutes(1));
        await Target.Store.PrepareAsync(None);
        await using var hold = await StoreHold.TakeAloneAsync(Target, None);
        await Target.ClaimAsync(None);
        return await new BackupRun(Source, Target, Repository.Clock).RunAsync(hold, request, new NoProgress(), None);
    }

    public Task CollectAsync(int keep) =>
        new BackupRemoval(Bucket, static _ => default, Repository.Clock).RunAsync(keep, None);

    public async Task<BackupVerification> VerifyAsync(BackupSummary backup) =>
        await new BackupVerifier(Bucket, Repository.Clock).RunAsync(backup, static _ => default, None);

    public RepositoryRestore Restore(string which = BackupCatalog.Latest, IStore? to = null, string kind = "") => new(
        new RepositoryStore
        {
            Store = to ?? new DirectoryStore(Restored.Path),
            Location = Restored.Path,
            Owner = kind.Length > 0 ? _owner with { Kind = kind } : _owner,
        },
        Target, new RestoreSpec { Bucket = new() { Name = "backups" }, Backup = which }, Repository.Clock,
        NullLogger.Instance);

    /// <summary>The paths of the content that is in the bucket.</summary>
    public IEnumerable<string> Content() =>
        Directory.EnumerateFiles(_backups[BackupLayout.Content], "*", SearchOption.AllDirectories);

    public string GetPath(string key) => _backups[key];

    /// <summary>Makes all content so old.</summary>
    public void Age(TimeSpan age)
    {
        foreach (var path in Content())
            File.SetLastWriteTimeUtc(path, (Repository.Clock.GetUtcNow() - age).UtcDateTime);
    }

    public void Dispose()
    {
        Repository.Dispose();
        Restored.Dispose();
        _backups.Dispose();
    }
}
