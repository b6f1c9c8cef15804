using Microsoft.Extensions.Logging;
using PyRepo.Resources.Proxied;
using PyRepo.Server.Advisories;
using PyRepo.Server.Policies;
using PyRepo.Server.Upstream;
using PyRepo.Storage;

namespace PyRepo.Server.Hosting;

/// <summary>Keeps the advisories of a proxy's policy up to date, and adds them to the policy.</summary>
/// <param name="store">Keeps the last good copy.</param>
/// <param name="clock">The clock.</param>
/// <param name="logger">The log.</param>
sealed class ProxyAdvisories(IStore store, TimeProvider clock, ILogger logger) : IDisposable
{
    /// <summary>How long to wait after a failed reading.</summary>
    static readonly TimeSpan _retry = TimeSpan.FromSeconds(30);

    readonly Lock _lock = new();
    AdvisoriesSpec? _spec;
    AdvisoryFeed? _feed;
    string? _fingerprint;
    long? _readAt;
    bool _hasSucceeded;
    volatile AdvisoryDatabase? _inForce;

    /// <summary>The number of advisories in force, or null if there are none.</summary>
    public int? Count => _inForce?.Count;

    /// <summary>When the source was last read, or null if it was not yet.</summary>
    public DateTimeOffset? LastSuccess => _feed?.LastSuccess;

    /// <summary>Why the source could not be read, or null.</summary>
    public string? Failure => _feed?.Failure;

    /// <summary>Whether the policy has advisories.</summary>
    public bool AreUsed => _spec is not null;

    /// <summary>Applies the resource's spec.</summary>
    /// <param name="spec">The spec, or null for no advisories.</param>
    /// <param name="settings">How upstreams are reached.</param>
    public void Use(AdvisoriesSpec? spec, UpstreamSettings settings)
    {
        lock (_lock)
        {
            var fingerprint = spec is null ? null : $"{spec.Source} {settings.Fingerprint}";
            _spec = spec;
            if (fingerprint == _fingerprint)
                return;
            // A pass that is running may still use the old feed, which closes once it is collected.
            (_feed, _fingerprint, _readAt) = (spec is null ? null : FeedOf(spec, settings), fingerprint, null);
        }
    }

    /// <summary>Reads the source, if it is time for that.</summary>
    /// <returns>Whether other advisories may be in force now.</returns>
    public async Task<bool> RefreshIfDueAsync(CancellationToken cancellationToken)
    {
        AdvisoryFeed? feed;
        TimeSpan interval;
        bool isFirst;
        lock (_lock)
        {
            (feed, isFirst) = (_feed, _readAt is null);
            var refresh = _spec?.Refresh.Value ?? _retry;
            interval = _hasSucceeded || refresh < _retry ? refresh : _retry;
        }
        if (feed is null || (_readAt is { } readAt && clock.GetElapsedTime(readAt) < interval))
            return false;
        var before = feed.Current;
        if (isFirst)
            await feed.OpenAsync(cancellationToken);
        if (isFirst && feed.Current is not null)
        {
            _readAt = clock.GetTimestamp() - (long)(interval.TotalSeconds * clock.TimestampFrequency);
            return true; // What the store has is in force before the source is asked.
        }
        _hasSucceeded = await feed.RefreshAsync(cancellationToken);
        _readAt = clock.GetTimestamp();
        return feed.Current != before;
    }

    /// <summary>Returns a policy with the latest advisories, which are in force with it.</summary>
    public Policy AddTo(Policy policy)
    {
        // Until another source is read, the advisories of the last one hold.
        _inForce = _spec is null ? null : _feed?.Current ?? _inForce;
        if (_spec is not { } spec || policy.Unavailable is not null)
            return policy;
        if (_inForce is not { } database)
        {
            return spec.Action is AdvisoryAction.Block
                ? policy with { Unavailable = "The advisories have not been read yet from the source that spec.policy.advisories names." }
                : policy;
        }
        return policy with
        {
            Version = $"{policy.Version}.{spec.Action}{spec.MinimumSeverity}.{database.Version}",
            Advisories = new AdvisoryRule(database, spec.Action, spec.MinimumSeverity),
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _feed?.Dispose();

    /// <summary>Returns the feed, or null if the source is a file of a cluster's node.</summary>
    AdvisoryFeed? FeedOf(AdvisoriesSpec spec, UpstreamSettings settings)
    {
        var source = new Uri(spec.Source);
        if (source.IsFile && settings.EgressPolicy.InCluster)
            return null;
        IAdvisorySource reader = source.IsFile
            ? new AdvisoryFile(source.LocalPath)
            : new AdvisoryUrl(settings with { Url = source }, clock);
        return new AdvisoryFeed(reader, store, clock, logger);
    }
}
