using Microsoft.Extensions.Logging;
using PyRepo.Egress;
using PyRepo.Packaging.Names;
using PyRepo.Resources.Attesting;
using PyRepo.Resources.Proxied;
using PyRepo.Resources.Storage;
using PyRepo.Server.Content.Attestations;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Platform.Limits;
using PyRepo.Server.Proxies;
using PyRepo.Server.Proxies.Advisories;
using PyRepo.Server.Proxies.Disk;
using PyRepo.Server.Proxies.Files;
using PyRepo.Server.Proxies.Mirroring;
using PyRepo.Server.Proxies.Pages;
using PyRepo.Server.Proxies.Policies;
using PyRepo.Server.Proxies.Upstream;
using PyRepo.Server.Serving.Stores;
using PyRepo.Storage;

namespace PyRepo.Server.Serving.Runtime;

/// <summary>
/// Runs a proxy in a folder: its cache, and the background work that keeps the cache fresh and within its size.
/// </summary>
sealed class ProxyHost : RepositoryHost
{
    /// <summary>The share of the volume that the cache may use if the resource sets no limit.</summary>
    const double DefaultShare = 0.8;

    static readonly TimeSpan _tick = TimeSpan.FromSeconds(2);

    /// <summary>How soon a changed resource is noticed by what it concerns.</summary>
    static readonly TimeSpan _shortTick = TimeSpan.FromMilliseconds(250);

    /// <summary>How often a listing tells what other replicas have cached.</summary>
    static readonly TimeSpan _findInterval = TimeSpan.FromMinutes(5);

    /// <summary>The downloads in so many days that make a project one that is in use.</summary>
    const int NamesDays = 30, MinUses = 10;

    /// <summary>How often it is found out what is in use.</summary>
    static readonly TimeSpan _namesInterval = TimeSpan.FromMinutes(10);

    static readonly TimeSpan _usageInterval = TimeSpan.FromSeconds(30);
    readonly SimpleClient _upstream;
    readonly CachedRepository _cached;
    readonly FilteredRepository _filtered;
    readonly LinkedRepository _linked;
    readonly Mirror _mirror;
    readonly WaiverLog _waivers;
    readonly UsedNames _usedNames = new();
    readonly Lock _settings = new();
    readonly TaskCompletionSource _counted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    bool _takesShare;
    Policy _policy = Policy.Default;
    volatile string _findings = "";
    string _lookedFor = "";
    readonly GarbageCollector _garbage;
    readonly ProjectRecords _records;
    readonly ILogger _logger;
    readonly TimeProvider _clock;
    long _foundAt;

    public ProxyHost(
        RepositoryStore storage, string name, UpstreamSettings settings, MemoryBudget budget, TimeProvider clock,
        ILogger logger)
        : base(storage, name, budget, clock, logger)
    {
        (_logger, _clock, _foundAt) = (logger, clock, clock.GetTimestamp());
        _upstream = new SimpleClient(settings, clock, logger);
        _records = new ProjectRecords(Store, budget, clock) { ListsReleases = false };
        _cached =
            new CachedRepository(_upstream, Store, _records, budget, new CacheSettings(), clock, logger, Closing);
        _filtered = new FilteredRepository(_cached, budget, clock)
        {
            Findings = new PolicyFindings(clock, logger),
        };
        _linked = new LinkedRepository(_filtered);
        _waivers = new WaiverLog(name, clock, logger);
        _cached.Shown = _filtered.Note;
        _cached.Judge = file => _filtered.Policy.Judge(file, clock.GetUtcNow());
        _cached.Files.Refused = (_, message) => _filtered.Refusals.Add("hash", message);
        _mirror = new Mirror(_upstream, _cached, _filtered, Store, clock, logger)
        {
            UntilCountedAsync = _counted.Task.WaitAsync,
        };
        _garbage = new GarbageCollector(Store, _records, clock, logger);
        Repository = new OpeningRepository(_linked, () => Waiting is null, clock);
    }

    /// <inheritdoc/>
    public override IRepository Repository { get; }

    /// <inheritdoc/>
    public override ProjectRecords Records => _records;

    /// <summary>The state of the upstream.</summary>
    public CircuitBreaker Upstream => _upstream.Breaker;

    /// <summary>The refusals of the policy.</summary>
    public PolicyRefusals Refusals => _filtered.Refusals;

    /// <summary>Upstream's files by what was found out about their attestations; null if nobody looks.</summary>
    public ProvenanceCounts? ProvenanceCounts =>
        _cached.Settings.Provenance is null ? null : _cached.ProvenanceCounts;

    /// <summary>The trusted root of attestations; null if nothing is verified.</summary>
    public TrustedRootSource? TrustedRoot => _cached.Settings.Provenance?.Verifier.Root;

    /// <summary>The files that the rules about doubtful files hide now, as far as their projects were looked at.</summary>
    /// <remarks>Some are missing until <see cref="HasLookedForHeld"/>.</remarks>
    public IReadOnlyList<(string File, Verdict Verdict)> Held => _filtered.Findings!.GetHidden();

    /// <summary>In how many files each rule of the release guard found something; null if none looks.</summary>
    public IReadOnlyDictionary<string, long>? GuardFindings =>
        _cached.Settings.Guard is null ? null : _filtered.Findings!.Counts;

    /// <summary>How many files upstream replaced under their names.</summary>
    public long ReplacedFiles => _cached.ReplacedFiles;

    /// <summary>The bytes that the cache may have on its volume.</summary>
    public long MaxCacheSize => _cached.Settings.MaxSize;

    /// <summary>How many pages and files came from the cache.</summary>
    public CacheCounts Counts => _cached.Counts;

    /// <summary>How far the mirror is, or null if nothing is mirrored.</summary>
    public MirrorProgress? Mirror => _mirror.Settings is null ? null : _mirror.Progress;

    /// <summary>The pages, files and metadata files that the mirror keeps.</summary>
    public long MirroredObjects => _cached.Entries.Mirrored.Count;

    /// <summary>Returns what is not kept because a limit of the cache is reached, or null if none is.</summary>
    public string? FindCacheLimit()
    {
        if (IsMirroring && _mirror.Progress is { NotFitting: > 0 and var files })
        {
            return $"For {files} files of the mirror there is no room in {_cached.Settings.MaxSize} bytes. Raise "
                + "spec.cache.maxSize, or mirror less.";
        }
        var entries = _cached.Entries;
        return entries.EvictedForCount > 0 && entries.Count >= ServerLimits.MaxCachedObjects / 10 * 9
            ? $"The cache may have {ServerLimits.MaxCachedObjects} files and pages that are not mirrored. Since the "
                + $"server started, {entries.EvictedForCount} were removed because there were more, whatever their "
                + "size. Mirror what must stay."
            : null;
    }

    /// <summary>Whether this process mirrors, and no other replica.</summary>
    public bool IsMirroring => IsLeader && Mirror is not null;

    /// <summary>
    /// Why the policy cannot be applied, so that nothing is served, or null if it can or soon will be.
    /// </summary>
    public string? PolicyObstacle => _filtered.Policy.Unavailable is not { } reason ? null
        : _policy.Unavailable is not null ? reason
        : Advisories.Failure;

    /// <summary>The policy in force.</summary>
    public Policy PolicyInForce => _filtered.Policy;

    /// <summary>Replays policies over the downloads.</summary>
    public PolicyReplay Replay => field ??= new(Statistics, _cached.KeptPages, _clock);

    /// <summary>Applies the resource's spec.</summary>
    public async Task UseAsync(
        ProxyRepositorySpec spec, UpstreamSettings settings, Policy policy, OwnAdvisories? own,
        ProvenanceSettings? provenance)
    {
        // What follows must not wait, or a new upstream would be asked under the policy of the one before.
        var maxSize = spec.Cache.MaxSize?.Bytes ?? GetShare(await Store.GetSpaceAsync(Closing));
        _upstream.Use(settings, Closing);
        _policy = policy;
        Advisories.Use(spec.Policy?.Advisories, own, settings);
        var mirror = spec.Mode is ProxyMode.Mirror ? GetMirror(spec.Mirror ?? new MirrorSpec()) : null;
        var cache = new CacheSettings
        {
            Times = CacheLifetimes.From(spec.Cache),
            CachesFiles = spec.Mode is not ProxyMode.Streamed,
            KeepsRemoved = policy.KeepsRemoved,
            KeepsFiles = policy.AsksAges || spec.Policy?.Guard is not null,
            Provenance = provenance,
            Guard = GetGuard(spec.Policy),
            RedirectsDownloads = spec.Storage.Bucket?.Downloads is BucketDownloads.Redirect,
            MaxSize = maxSize,
            Mirrored = mirror is null ? null : new MirroredKeys(mirror.Scope, _mirror),
        };
        _filtered.Policy = Advisories.ApplyTo(policy);
        _waivers.Use(spec.Policy?.Waivers ?? []);
        lock (_settings)
        {
            _takesShare = spec.Cache.MaxSize is null;
            _cached.Settings = cache;
        }
        _linked.FileUrls = spec.FileUrls;
        _mirror.Settings = mirror;
        var findings = policy.AsksFindings ? $"{policy.Version} {cache.ExaminationFingerprint}" : "";
        if (findings != _findings)
            _filtered.Findings?.Clear();
        _findings = findings;
    }

    GuardSettings? GetGuard(PolicySpec? policy)
    {
        if (policy?.Guard is not { } guard)
            return null;
        _usedNames.UseNamed(
            from entry in (policy.Allow ?? []).Concat(policy.Exempt)
            let project = PolicyEntry.Parse(entry).Project
            where project is not null
            select project.Value);
        return new GuardSettings(
            guard.HoldFor.Value, (policy.MinimumAge ?? guard.HoldFor).Value,
            IsAwaited: guard.Action is not PolicyAction.Report, _usedNames);
    }

    static MirrorSettings GetMirror(MirrorSpec spec) => new(new MirrorScope(spec.Requirements), spec.Interval.Value);

    static long GetShare(StoreSpace? space) =>
        space is { } volume ? (long)(volume.Size * DefaultShare) : long.MaxValue;

    /// <inheritdoc/>
    protected override void UseSpace(StoreSpace? space)
    {
        lock (_settings)
        {
            if (_takesShare && GetShare(space) is var share && share != _cached.Settings.MaxSize)
                _cached.Settings = _cached.Settings with { MaxSize = share };
        }
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _cached.DisposeAsync();
    }

    /// <inheritdoc/>
    protected override Task FinishAsync() => _cached.FinishWritesAsync();

    /// <inheritdoc/>
    protected override async Task OpenAsync(CancellationToken cancellationToken)
    {
        await _records.BeginOpeningAsync(cancellationToken);
        await _cached.SeenProjects.ReadAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override Task<bool> VerifyAsync(Distribution file, CancellationToken cancellationToken) =>
        _cached.CachedFiles.VerifyAsync(file, cancellationToken);

    /// <inheritdoc/>
    protected override Task RunBackgroundAsync(CancellationToken cancellationToken) => Task.WhenAll(
        Loops.RunOnceAsync("probe", _upstream.ProbeAsync, cancellationToken),
        Loops.RunAsync("waivers", _waivers.LookAsync, _tick, cancellationToken),
        Loops.RunAsync("refresh", _cached.RefreshAheadAsync, _tick, cancellationToken),
        RunAsLeaderAsync("mirror", _mirror.SyncIfDueAsync, _ => _shortTick, cancellationToken),
        RunAsLeaderAsync("garbage", _garbage.CollectAsync, _ => GarbageCollector.Interval, cancellationToken));

    /// <inheritdoc/>
    /// <remarks>Until all files are registered, the size is not known.</remarks>
    protected override Task RunWithRecordsAsync(CancellationToken cancellationToken) => Task.WhenAll(
        RunAsLeaderAsync("eviction", EvictAsync, _ => _tick, cancellationToken),
        Loops.RunAsync(
            "usage", token => _cached.Usage.WriteAsync(Storage.Replica, token), _usageInterval, cancellationToken),
        Loops.RunAsync("seen", _ => _cached.SeenProjects.SaveDueAsync(), _usageInterval, cancellationToken),
        Loops.RunAsync("comparison", FindUsedNamesAsync, _namesInterval, cancellationToken),
        Loops.RunAsync("findings", LookForHeldAsync, _tick, cancellationToken));

    /// <summary>Finds the names that new ones are compared with: those that clients fetched most in the last days.</summary>
    async Task FindUsedNamesAsync(CancellationToken cancellationToken)
    {
        if (_cached.Settings.Guard is null)
            return;
        var today = DateOnly.FromDateTime(_clock.GetUtcNow().UtcDateTime);
        var downloads = new Dictionary<ProjectName, long>();
        await foreach (var day in Statistics.ReadAsync(today.AddDays(-NamesDays), today, cancellationToken))
        {
            foreach (var (key, count) in day.Rows)
            {
                if (key.TryGetProject(out var project))
                    downloads[project] = downloads.GetValueOrDefault(project) + count;
            }
        }
        _usedNames.UseFetched(
            from each in downloads
            where each.Value >= MinUses
            orderby each.Value descending, each.Key
            select each.Key);
    }

    /// <summary>Whether this process has looked for what the policy holds of what was kept before.</summary>
    public bool HasLookedForHeld => _findings == _lookedFor;

    /// <summary>Finds what a policy holds that is new to this process, of the projects that were used last.</summary>
    async Task LookForHeldAsync(CancellationToken cancellationToken)
    {
        var findings = _findings;
        if (findings == _lookedFor)
            return;
        // When a mirrored page was used last is not known.
        var mirrored = _mirror.Settings is null ? [] : await _mirror.ReadNamesAsync(cancellationToken);
        foreach (var project in _cached.CachedPages.LastUsed().Concat(mirrored).Take(ServerLimits.MaxFindings))
        {
            try
            {
                if (findings.Length > 0 && await _cached.KeptPages.FindAsync(project, cancellationToken) is { } kept)
                    _filtered.Note(project, kept);
            }
            catch (Exception error) when (error is UpstreamUnavailableException or IOException)
            {
                continue; // There is no room for a large page now. It is found when it is next shown.
            }
        }
        _lookedFor = findings;
    }

    /// <inheritdoc/>
    protected override async Task ReadRecordsAsync(CancellationToken cancellationToken)
    {
        await _records.EndOpeningAsync(cancellationToken);
        await CountAsync(history => Recent?.Add(history), cancellationToken);
        _counted.TrySetResult();
    }

    /// <summary>Finds out what is in the store.</summary>
    async Task CountAsync(Action<ProjectHistory>? look, CancellationToken cancellationToken)
    {
        await _cached.Entries.CountAsync(async () =>
        {
            await _records.ReadAllAsync(
                (project, history) =>
                {
                    foreach (var file in history.Visible)
                        _cached.CachedFiles.Register(project, file, used: null);
                    look?.Invoke(history);
                },
                (_, error) => Log.RecordUnreadable(_logger, error), cancellationToken);
            await _cached.CachedPages.ReadAsync(cancellationToken);
        });
        await _cached.Usage.ReadAsync(cancellationToken);
        ReleaseMemory();
    }

    /// <inheritdoc/>
    protected override async Task RefreshAdvisoriesAsync(CancellationToken cancellationToken)
    {
        if (await Advisories.RefreshIfDueAsync(cancellationToken))
            _filtered.Policy = Advisories.ApplyTo(_policy);
    }

    /// <summary>Evicts on behalf of all replicas, of whose files this one learns from time to time.</summary>
    async Task EvictAsync(CancellationToken cancellationToken)
    {
        if (!Store.Traits.IsLocal && _clock.GetElapsedTime(_foundAt) > _findInterval)
        {
            _foundAt = _clock.GetTimestamp();
            await _cached.Entries.CountAsync(async () =>
            {
                await _cached.CachedFiles.FindAsync(cancellationToken);
                await _cached.CachedPages.ReadAsync(cancellationToken);
            });
            await _cached.Usage.ReadAsync(cancellationToken);
        }
        else if (_cached.Entries.IsCountDue)
            await CountAsync(null, cancellationToken);
        await _cached.Files.EvictAsync();
    }
}

/// <summary>Returns Unavailable until a repository is open.</summary>
sealed class OpeningRepository(IRepository repository, Func<bool> isOpen, TimeProvider clock) : IRepository
{
    static readonly TimeSpan _retryAfter = TimeSpan.FromSeconds(2);
    readonly DateTimeOffset _since = clock.GetUtcNow();

    public ValueTask<ProjectListAnswer> ListProjectsAsync(CancellationToken cancellationToken) => isOpen()
        ? repository.ListProjectsAsync(cancellationToken)
        : new(new ProjectListAnswer.Unavailable(_since, _retryAfter));

    public ValueTask<Catalog> GetCatalogAsync(CancellationToken cancellationToken) => isOpen()
        ? repository.GetCatalogAsync(cancellationToken)
        : new(Catalog.Empty with { Incomplete = "The repository is still opening." });

    public ValueTask<ProjectAnswer> GetProjectAsync(
        ProjectName project, DateTimeOffset? asOf, CancellationToken cancellationToken) => isOpen()
        ? repository.GetProjectAsync(project, asOf, cancellationToken)
        : new(new ProjectAnswer.Unavailable(_since, _retryAfter));

    public ValueTask<SnapshotVersion> FindAsync(ProjectName project, CancellationToken cancellationToken) => isOpen()
        ? repository.FindAsync(project, cancellationToken)
        : new(SnapshotVersion.From(new ProjectAnswer.Unavailable(_since, _retryAfter)));

    public ValueTask<OpenAnswer> OpenAsync(FileRequest request, CancellationToken cancellationToken) => isOpen()
        ? repository.OpenAsync(request, cancellationToken)
        : new(new OpenAnswer.Unavailable(_since, _retryAfter));
}
