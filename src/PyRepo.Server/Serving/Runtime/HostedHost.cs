using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using PyRepo.Egress;
using PyRepo.Packaging.Names;
using PyRepo.Resources.Hosted;
using PyRepo.Server.Content.Attestations;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Hosted;
using PyRepo.Server.Hosted.Retention;
using PyRepo.Server.Hosted.Undo;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Proxies.Advisories;
using PyRepo.Server.Serving.Stores;
using PyRepo.Storage.Buckets;

namespace PyRepo.Server.Serving.Runtime;

/// <summary>
/// Runs a hosted repository in a folder. It adopts files that are put there, and removes data that no record refers to.
/// </summary>
sealed class HostedHost : RepositoryHost
{
    /// <summary>How soon lists show what other replicas have changed. Pages of projects always do.</summary>
    static readonly TimeSpan _catalogInterval = TimeSpan.FromSeconds(30);

    /// <summary>How old a file without a record may be that an interrupted upload left behind.</summary>
    static readonly TimeSpan _interruptedUpload = TimeSpan.FromDays(1);

    static readonly TimeSpan _retentionTick = TimeSpan.FromSeconds(10);
    readonly Adoption _adoption;
    readonly GarbageCollector _garbage;
    readonly DeletedBytes _deleted;
    readonly ILogger _logger;
    readonly TimeProvider _clock;
    readonly ConcurrentDictionary<ProjectName, string> _unreadable = new();

    /// <summary>The findings of the last look. Adoption takes longer, and skips those that it misses.</summary>
    readonly Channel<PackageListing> _listings = Channel.CreateBounded<PackageListing>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    bool _hasScanned;
    bool _follows;

    public HostedHost(
        RepositoryStore storage, string name, MemoryBudget budget, TimeProvider clock, ILogger logger)
        : base(storage, name, budget, clock, logger)
    {
        (_logger, _clock) = (logger, clock);
        Hosted = new HostedRepository(Store, new ProjectRecords(Store, budget, clock), budget, clock, logger);
        _adoption = new Adoption(Hosted, clock, logger);
        Retention = new RetentionRun(Hosted, Statistics, clock, logger);
        _garbage = new GarbageCollector(Store, Hosted.Records, clock, logger);
        _deleted = new DeletedBytes(Hosted, logger);
    }

    /// <summary>Removes old releases.</summary>
    public RetentionRun Retention { get; }

    /// <summary>The repository, which accepts uploads.</summary>
    public HostedRepository Hosted { get; }

    /// <inheritdoc/>
    public override IRepository Repository => Hosted;

    /// <inheritdoc/>
    public override ProjectRecords Records => Hosted.Records;

    /// <summary>The number of files that are damaged or missing, of those that somebody has asked for.</summary>
    public int Damaged => Hosted.Files.Verifier.Damaged.Count();

    /// <summary>The number of adopted files that others have removed or changed since the start.</summary>
    public long Removed => _adoption.Removed;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> Refused
    {
        get
        {
            var refused = new Dictionary<string, string>(_adoption.NotAdopted, StringComparer.Ordinal);
            foreach (var key in Hosted.Files.Verifier.Damaged)
                refused[key] = "It is damaged or missing, although it was stored. Upload it again.";
            foreach (var (project, message) in _unreadable)
                refused[StorageLayout.Record(project)] = message;
            return refused;
        }
    }

    /// <summary>Applies the resource's spec.</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="own">The own advisories, or null if the spec names none.</param>
    /// <param name="advisories">How the source of advisories is reached.</param>
    /// <param name="root">The trusted root of attestations.</param>
    public void Use(
        PythonRepositorySpec spec, OwnAdvisories? own, UpstreamSettings advisories, TrustedRootSource root)
    {
        Hosted.Settings = Hosted.Settings.With(spec, root, _clock.GetUtcNow());
        Advisories.Use(spec.Advisories, own, advisories);
    }

    /// <inheritdoc/>
    protected override async Task OpenAsync(CancellationToken cancellationToken)
    {
        await RequireRecordsAsync(cancellationToken);
        await Hosted.OpenAsync(cancellationToken);
    }

    /// <summary>
    /// Makes sure that a store without records has no files whose records must have been there: they were removed.
    /// </summary>
    /// <exception cref="InvalidDataException">It has some.</exception>
    async Task RequireRecordsAsync(CancellationToken cancellationToken)
    {
        await foreach (var _ in Store.ListAsync(StorageLayout.Projects, null, cancellationToken))
            return;
        if (Store is BucketStore bucket && await bucket.HadRecordsAsync(cancellationToken))
        {
            throw new InvalidDataException(
                "all records of projects are gone, although there were some: a lifecycle rule of the bucket, or a "
                + "person, removed them. Restore a backup, or put the records back; or, to begin anew here, delete "
                + "leases/replicas.json");
        }
        // A new upload may have been interrupted before its record was written.
        var latest = _clock.GetUtcNow() - _interruptedUpload;
        await foreach (var found in Store.ListAsync(StorageLayout.Packages, null, cancellationToken))
        {
            if (StorageLayout.GetId(found.Key) is { } id && id.Time < latest)
            {
                throw new InvalidDataException(
                    $"all records of projects are gone, but there is '{found.Key}'. Restore a backup, or put the "
                    + "records back; a lifecycle rule of the bucket may have removed them.");
            }
        }
    }

    /// <inheritdoc/>
    protected override Task<bool> VerifyAsync(Distribution file, CancellationToken cancellationToken) =>
        Hosted.Files.VerifyAsync(file, cancellationToken);

    /// <inheritdoc/>
    protected override void Suspend(string reason) => Hosted.Suspend(reason);

    /// <inheritdoc/>
    protected override void Resume() => Hosted.Resume();

    /// <inheritdoc/>
    protected override Task RunBackgroundAsync(CancellationToken cancellationToken) => Task.WhenAll(
        RunAsLeaderAsync("garbage", _garbage.CollectAsync, _ => GarbageCollector.Interval, cancellationToken),
        Loops.RunAsync(
            "names", LookAsync, elapsed => ProjectClaims.PauseAfter(elapsed, Store.Traits.IsLocal),
            cancellationToken));

    /// <inheritdoc/>
    protected override Task RunWithRecordsAsync(CancellationToken cancellationToken) => Task.WhenAll(
        Loops.RunAsync("adoption", ScanAsLeaderAsync, TimeSpan.Zero, cancellationToken),
        Loops.RunAsync(
            "catalog", token => Hosted.Records.IsShared ? Hosted.Records.RefreshAsync(token) : Task.CompletedTask,
            _catalogInterval, cancellationToken),
        RunAsLeaderAsync("retention", Retention.RunIfDueAsync, _ => _retentionTick, cancellationToken),
        RunAsLeaderAsync("deleted bytes", _deleted.PurgeExpiredAsync, _ => DeletedBytes.Interval, cancellationToken));

    /// <inheritdoc/>
    protected override Task ReadRecordsAsync(CancellationToken cancellationToken) => Hosted.Records.ReadAllAsync(
        (_, history) =>
        {
            foreach (var file in history.Adopted)
                _adoption.RegisterAdopted(file);
            Recent?.Add(history);
        },
        (project, error) =>
        {
            _unreadable[project] = error.Message;
            Log.RecordUnreadable(_logger, error);
        },
        cancellationToken);

    async Task LookAsync(CancellationToken cancellationToken) =>
        _listings.Writer.TryWrite(await Hosted.Claims.LookAsync(cancellationToken));

    /// <summary>A replica that becomes the leader reads first what others adopted before it.</summary>
    async Task ScanAsLeaderAsync(CancellationToken cancellationToken)
    {
        var listing = await _listings.Reader.ReadAsync(cancellationToken);
        if (!IsLeader)
        {
            _follows = true;
            return;
        }
        if (_follows)
            await ReadRecordsAsync(cancellationToken);
        _follows = false;
        await ScanAsync(listing, cancellationToken);
    }

    async Task ScanAsync(PackageListing listing, CancellationToken cancellationToken)
    {
        await _adoption.ScanAsync(listing, cancellationToken);
        if (!_hasScanned)
            ReleaseMemory(); // The first scan leaves the most garbage in memory.
        _hasScanned = true;
        // A scan leaves behind short-lived objects, and an idle server allocates too little to trigger a collection.
        GC.Collect(0);
    }
}
