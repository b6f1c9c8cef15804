using Microsoft.Extensions.Logging;
using PyRepo.Resources;
using PyRepo.Resources.Proxied;
using PyRepo.Server.Caching;
using PyRepo.Server.Proxies;
using PyRepo.Server.Records;
using PyRepo.Server.Repositories;
using PyRepo.Server.Upstream;

namespace PyRepo.Server.Hosting;

/// <summary>
/// Runs a proxy in a folder: its cache, and the background work that keeps the cache fresh and within its size.
/// </summary>
sealed class ProxyHost : RepositoryHost
{
    /// <summary>The share of the volume that the cache may use if the resource sets no limit.</summary>
    const double DefaultShare = 0.8;

    static readonly TimeSpan _tick = TimeSpan.FromSeconds(2);
    static readonly TimeSpan _usageInterval = TimeSpan.FromSeconds(30);
    readonly SimpleClient _upstream;
    readonly CachedRepository _cached;
    readonly GarbageCollector _garbage;
    readonly ProjectRecords _records;
    readonly string _folder;
    readonly ILogger _logger;

    public ProxyHost(
        string folder, string name, UpstreamSettings settings, MemoryBudget budget, TimeProvider clock, ILogger logger)
        : base(ProxyRepository.KindName, folder, name, clock, logger)
    {
        (_folder, _logger) = (folder, logger);
        _upstream = new SimpleClient(settings, clock, logger);
        _records = new ProjectRecords(Store, budget, clock);
        _cached =
            new CachedRepository(_upstream, Store, _records, budget, TimesOf(new CacheSpec()), clock, logger, Closing);
        _garbage = new GarbageCollector(Store, _records, clock, logger);
        Repository = new OpeningRepository(_cached, () => Waiting is null, clock);
    }

    /// <inheritdoc/>
    public override IRepository Repository { get; }

    /// <inheritdoc/>
    public override ProjectRecords Records => _records;

    /// <summary>The state of the upstream.</summary>
    public CircuitBreaker Upstream => _upstream.Breaker;

    /// <summary>Applies the resource's spec.</summary>
    public void Use(ProxyRepositorySpec spec, UpstreamSettings settings)
    {
        _upstream.Use(settings, Closing);
        _cached.Times = TimesOf(spec.Cache);
        _cached.Files.CachesFiles = spec.Mode is not ProxyMode.Streamed;
        _cached.Files.MaxSize = spec.Cache.MaxSize?.Bytes ?? (long)(new DriveInfo(_folder).TotalSize * DefaultShare);
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
        await _records.OpenAsync(cancellationToken);
        await _cached.SeenProjects.ReadAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override Task<bool> VerifyAsync(Distribution file, CancellationToken cancellationToken) =>
        _cached.CachedFiles.VerifyAsync(file, cancellationToken);

    /// <inheritdoc/>
    protected override Task RunBackgroundAsync(CancellationToken cancellationToken) => Task.WhenAll(
        Loops.RunOnceAsync("probe", _upstream.ProbeAsync, cancellationToken),
        Loops.RunAsync("refresh", _cached.RefreshAheadAsync, _tick, cancellationToken),
        Loops.RunAsync("garbage", _garbage.CollectAsync, GarbageCollector.Interval, cancellationToken));

    /// <inheritdoc/>
    /// <remarks>Until all files are registered, the size is not known.</remarks>
    protected override Task RunWithRecordsAsync(CancellationToken cancellationToken) => Task.WhenAll(
        Loops.RunAsync(
            "eviction", _ => _cached.Files.EvictAsync(), _tick, cancellationToken),
        Loops.RunAsync(
            "usage", token => _cached.Usage.WriteAsync("0", token), _usageInterval, cancellationToken),
        Loops.RunAsync("seen", _ => _cached.SeenProjects.SaveDueAsync(), _usageInterval, cancellationToken));

    /// <inheritdoc/>
    protected override async Task ReadRecordsAsync(CancellationToken cancellationToken)
    {
        await _records.ReadAllAsync(
            (project, history) =>
            {
                foreach (var file in history.Visible)
                    _cached.CachedFiles.Register(project, file, used: null);
                Recent?.Add(history);
            },
            (_, error) => Log.RecordUnreadable(_logger, error), cancellationToken);
        await _cached.CachedPages.ReadAsync(cancellationToken);
        await _cached.Usage.ReadAsync(cancellationToken);
        ReleaseMemory();
    }

    static CacheLifetimes TimesOf(CacheSpec cache) =>
        new(cache.ProjectTtl.Value, cache.IndexTtl.Value, cache.NotFoundTtl.Value, cache.StaleIfError.Value);
}
