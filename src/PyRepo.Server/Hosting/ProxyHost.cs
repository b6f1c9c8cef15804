using Microsoft.Extensions.Logging;
using PyRepo.Resources;
using PyRepo.Resources.Proxied;
using PyRepo.Server.Caching;
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
    readonly TimeProvider _clock;

    public ProxyHost(
        string folder, string name, UpstreamSettings settings, MemoryBudget budget, TimeProvider clock, ILogger logger)
        : base(ProxyRepository.KindName, folder, name, clock, logger)
    {
        (_folder, _logger, _clock) = (folder, logger, clock);
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
        _cached.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task OpenAsync(CancellationToken cancellationToken) =>
        await _records.OpenAsync(cancellationToken);

    /// <inheritdoc/>
    protected override async Task RunBackgroundAsync(CancellationToken cancellationToken)
    {
        // Do not await the probe here: a slow name server must not delay registering the cached files.
        var probing = _upstream.ProbeAsync(cancellationToken);
        await _records.ReadAllAsync(
            (project, history) =>
            {
                foreach (var file in history.Visible)
                    _cached.CachedFiles.Register(project, file, used: null);
            },
            error => Log.RecordUnreadable(_logger, error), cancellationToken);
        await _cached.CachedFiles.ReadUsageAsync(cancellationToken);
        ReleaseMemory();
        await Task.WhenAll(probing, TickAsync(cancellationToken), _garbage.RunAsync(cancellationToken));
    }

    async Task TickAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(_tick, _clock);
        var noted = _clock.GetTimestamp();
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            try
            {
                await _cached.RefreshAheadAsync(cancellationToken);
                await _cached.CachedFiles.EvictAsync(_cached.Files.MaxSize);
                if (_clock.GetElapsedTime(noted) < _usageInterval)
                    continue;
                noted = _clock.GetTimestamp();
                await _cached.CachedFiles.WriteUsageAsync("0", cancellationToken);
            }
            catch (Exception error) when (error is IOException or InvalidDataException)
            {
                Log.BackgroundFailed(_logger, error);
            }
        }
    }

    static CacheLifetimes TimesOf(CacheSpec cache) =>
        new(cache.ProjectTtl.Value, cache.IndexTtl.Value, cache.NotFoundTtl.Value, cache.StaleIfError.Value);
}
