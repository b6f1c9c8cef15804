using PyRepo.Packaging.Names;
using PyRepo.Server.Repositories;
using PyRepo.Server.Upstream;

namespace PyRepo.Server.Proxies;

/// <summary>Upstream's list of projects. It is fetched only on request, because it may be tens of megabytes.</summary>
sealed class CachedList(SimpleClient upstream, TimeProvider clock)
{
    readonly SingleFlight<Uri, ProjectListAnswer> _queries = new();
    readonly UpstreamOutages _outages = new(clock);
    volatile Reading? _last;
    long _generation;

    /// <summary>
    /// Returns the names that are known from elsewhere, for the time before upstream's list was ever read.
    /// </summary>
    public Func<IReadOnlyList<ProjectName>>? Fallback { get; set; }

    /// <summary>Returns the names, and refreshes them if they are no longer fresh.</summary>
    public async ValueTask<ProjectListAnswer> GetAsync(CacheLifetimes times, CancellationToken cancellationToken)
    {
        if (_last is { } fresh && AgeOf(fresh) < times.Index)
            return fresh.Names;
        var url = upstream.Url;
        return await _queries.JoinAsync(url, () => QueryAsync(url, times)).WaitAsync(cancellationToken);
    }

    async Task<ProjectListAnswer> QueryAsync(Uri url, CacheLifetimes times)
    {
        var last = _last;
        if (last is not null && AgeOf(last) < times.Index)
            return last.Names;
        var outage = _outages.Current;
        if (outage.IsPaused)
            return WithoutUpstream(times, outage);
        try
        {
            // Another index may use the same validators for a different list.
            var read = await upstream.ListAsync(url == last?.Url ? last.Validators : null, CancellationToken.None);
            outage.Clear();
            var now = clock.GetTimestamp();
            var reading = read is var (list, validators)
                ? new Reading(
                    new(UpstreamSnapshot.NamesOf(list), $"{Interlocked.Increment(ref _generation)}"), url, validators,
                    now)
                : last! with { CheckedAt = now };
            _last = reading;
            return reading.Names;
        }
        catch (UpstreamUnavailableException error)
        {
            outage.Note(error);
            return WithoutUpstream(times, outage);
        }
    }

    TimeSpan AgeOf(Reading reading) => clock.GetElapsedTime(reading.CheckedAt);

    ProjectListAnswer WithoutUpstream(CacheLifetimes times, UpstreamOutage outage) =>
        _last is { } stale && FreshnessPolicy.MayServeStale(AgeOf(stale), times) ? stale.Names
        : _last is null && Fallback?.Invoke() is { Count: > 0 } names
            ? new ProjectListAnswer.Known([.. names.Order()], $"mirrored-{names.Count}")
            {
                StaleSince = clock.GetUtcNow(),
            }
            : new ProjectListAnswer.Unavailable(clock.GetUtcNow(), FreshnessPolicy.RetryInterval)
            {
                Reason = outage.Failure?.Message,
            };

    sealed record Reading(ProjectListAnswer.Known Names, Uri Url, PageValidators Validators, long CheckedAt);
}
