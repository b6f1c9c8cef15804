using PyRepo.Egress;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Proxies.Disk;
using PyRepo.Server.Proxies.Upstream;

namespace PyRepo.Server.Proxies.Pages;

/// <summary>Upstream's list of projects. It is fetched only on request, because it may be tens of megabytes.</summary>
sealed class CachedList(SimpleClient upstream, TimeProvider clock)
{
    readonly SingleFlight<Uri, ProjectListAnswer> _queries = new();
    readonly UpstreamOutages _outages = new(clock);
    volatile Reading? _last;
    long _generation;

    /// <summary>Returns the names, and refreshes them if they are no longer fresh.</summary>
    public async ValueTask<ProjectListAnswer> GetAsync(CacheSettings settings, CancellationToken cancellationToken)
    {
        var url = upstream.Url;
        if (GetLast(url) is { } fresh && GetAge(fresh) < settings.Times.Index)
            return fresh.Names;
        try
        {
            return await _queries.JoinAsync(url, () => QueryAsync(url, settings)).WaitAsync(cancellationToken);
        }
        catch (UpstreamUnavailableException error)
        {
            return await WithoutUpstreamAsync(url, settings, UpstreamOutage.From(error, clock));
        }
    }

    async Task<ProjectListAnswer> QueryAsync(Uri url, CacheSettings settings)
    {
        var asked = upstream.Proof;
        var last = GetLast(url);
        if (last is not null && GetAge(last) < settings.Times.Index)
            return last.Names;
        var outage = _outages.Current;
        if (outage.IsPaused)
            return await WithoutUpstreamAsync(url, settings, outage);
        try
        {
            var read = await upstream.ListAsync(last?.Validators, CancellationToken.None);
            if (upstream.Proof != asked || upstream.Url != url)
                return await QueryAsync(upstream.Url, settings); // It may be the list of another upstream.
            outage.Clear();
            var now = clock.GetTimestamp();
            var reading = read is var (list, validators)
                ? new Reading(
                    new(UpstreamSnapshot.GetNames(list), $"{Interlocked.Increment(ref _generation)}"), url, validators,
                    now)
                : last! with { CheckedAt = now };
            _last = reading;
            return reading.Names;
        }
        catch (UpstreamUnavailableException error)
        {
            if (upstream.Proof != asked || upstream.Url != url)
                return await QueryAsync(upstream.Url, settings);
            outage.Note(error);
            return await WithoutUpstreamAsync(url, settings, outage);
        }
    }

    TimeSpan GetAge(Reading reading) => clock.GetElapsedTime(reading.CheckedAt);

    /// <summary>Returns what was read of an upstream: another one may have other names, and the same validators.</summary>
    Reading? GetLast(Uri url) => _last is { } last && last.Url == url ? last : null;

    async Task<ProjectListAnswer> WithoutUpstreamAsync(Uri url, CacheSettings settings, UpstreamOutage outage)
    {
        if (GetLast(url) is { } stale && FreshnessPolicy.MayServeStale(GetAge(stale), settings.Times))
            return stale.Names;
        if (GetLast(url) is null && settings.Mirrored is { } mirrored
            && await mirrored.ReadNamesAsync(CancellationToken.None) is { Count: > 0 } names)
        {
            return new ProjectListAnswer.Known([.. names], $"mirrored-{names.Count}")
            {
                StaleSince = clock.GetUtcNow(),
            };
        }
        return new ProjectListAnswer.Unavailable(clock.GetUtcNow(), FreshnessPolicy.RetryInterval)
        {
            Reason = outage.Failure?.Message,
        };
    }

    sealed record Reading(ProjectListAnswer.Known Names, Uri Url, PageValidators Validators, long CheckedAt);
}
