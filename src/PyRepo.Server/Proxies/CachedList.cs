using PyRepo.Packaging.Names;
using PyRepo.Server.Repositories;
using PyRepo.Server.Upstream;

namespace PyRepo.Server.Proxies;

/// <summary>Upstream's list of projects. It is fetched only on request, because it may be tens of megabytes.</summary>
sealed class CachedList(SimpleClient upstream, TimeProvider clock)
{
    readonly SemaphoreSlim _gate = new(1, 1);
    ProjectListAnswer.Known? _known;
    PageValidators? _validators;
    Uri? _url;
    long _checkedAt;
    long? _failedAt;
    TimeSpan _pause;
    string? _failure;
    long _generation;

    TimeSpan Age => clock.GetElapsedTime(Volatile.Read(ref _checkedAt));

    /// <summary>Returns the names, and refreshes them if they are no longer fresh.</summary>
    public async ValueTask<ProjectListAnswer> GetAsync(CacheLifetimes times, CancellationToken cancellationToken)
    {
        if (_known is { } fresh && Age < times.Index)
            return fresh;
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_known is { } meanwhile && Age < times.Index)
                return meanwhile;
            if (_failedAt is { } failedAt && clock.GetElapsedTime(failedAt) < _pause)
                return WithoutUpstream(times);
            // Another index may use the same validators for a different list.
            var url = upstream.Url;
            var read = await upstream.ListAsync(url == _url ? _validators : null, cancellationToken);
            Volatile.Write(ref _checkedAt, clock.GetTimestamp());
            _failedAt = null;
            if (read is not var (list, validators))
                return _known!;
            (_validators, _url) = (validators, url);
            return _known = new ProjectListAnswer.Known(UpstreamSnapshot.NamesOf(list), $"{++_generation}");
        }
        catch (UpstreamUnavailableException error)
        {
            (_failedAt, _failure) = (clock.GetTimestamp(), error.Message);
            _pause = FreshnessPolicy.PauseAfter(error);
            return WithoutUpstream(times);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>
    /// Returns the names that are known from elsewhere, for the time before upstream's list was ever read.
    /// </summary>
    public Func<IReadOnlyList<ProjectName>>? Fallback { get; set; }

    ProjectListAnswer WithoutUpstream(CacheLifetimes times) =>
        _known is { } stale && FreshnessPolicy.MayServeStale(Age, times) ? stale
        : _known is null && Fallback?.Invoke() is { Count: > 0 } names
            ? new ProjectListAnswer.Known([.. names.Order()], $"mirrored-{names.Count}")
            {
                StaleSince = clock.GetUtcNow(),
            }
            : new ProjectListAnswer.Unavailable(clock.GetUtcNow(), FreshnessPolicy.RetryInterval) { Reason = _failure };
}
