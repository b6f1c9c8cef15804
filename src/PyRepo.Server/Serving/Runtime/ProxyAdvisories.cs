using Microsoft.Extensions.Logging;
using PyRepo.Advisories;
using PyRepo.Egress;
using PyRepo.Resources.Proxied;
using PyRepo.Server.Proxies.Advisories;
using PyRepo.Server.Proxies.Policies;
using PyRepo.Storage;

namespace PyRepo.Server.Serving.Runtime;

/// <summary>Keeps the advisories of a proxy's policy up to date, and adds them to the policy.</summary>
/// <param name="store">Keeps the last good copy.</param>
/// <param name="clock">The clock.</param>
/// <param name="logger">The log.</param>
sealed class ProxyAdvisories(IStore store, TimeProvider clock, ILogger logger) : IDisposable
{
    const string NotReadYet =
        "The advisories have not been read yet from the source that spec.policy.advisories names.";

    /// <summary>How long to wait after a failed reading.</summary>
    static readonly TimeSpan _retry = TimeSpan.FromSeconds(30);

    readonly Lock _lock = new();
    AdvisoriesSpec? _spec;
    AdvisoryFeed? _feed;
    string? _fingerprint;
    long? _readAt;
    bool _isOpened;
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
            (_feed, _fingerprint) = (spec is null ? null : GetFeed(spec, settings), fingerprint);
            (_readAt, _isOpened, _hasSucceeded) = (null, false, false);
        }
    }

    /// <summary>Reads the source, if it is time for that.</summary>
    /// <returns>Whether other advisories may be in force now.</returns>
    public async Task<bool> RefreshIfDueAsync(CancellationToken cancellationToken)
    {
        if (TakeDue() is not var (feed, isFirst))
            return false;
        var before = feed.Current;
        if (isFirst)
            await feed.OpenAsync(cancellationToken);
        if (isFirst && feed.Current is not null)
        {
            Note(feed, isOpened: true, hasSucceeded: true);
            return true; // What the store has is in force before the source is asked.
        }
        Note(feed, isOpened: false, await feed.RefreshAsync(cancellationToken));
        return feed.Current != before;
    }

    (AdvisoryFeed Feed, bool IsFirst)? TakeDue()
    {
        lock (_lock)
        {
            if (_feed is not { } feed || _spec is not { } spec)
                return null;
            var (refresh, isFirst) = (spec.Refresh.Value, !_isOpened);
            var interval = _hasSucceeded || refresh < _retry ? refresh : _retry;
            return _readAt is { } readAt && clock.GetElapsedTime(readAt) < interval ? null : (feed, isFirst);
        }
    }

    /// <summary>Notes what a pass did, unless the source was changed meanwhile.</summary>
    void Note(AdvisoryFeed feed, bool isOpened, bool hasSucceeded)
    {
        lock (_lock)
        {
            if (feed != _feed)
                return;
            (_isOpened, _hasSucceeded) = (true, hasSucceeded);
            _readAt = isOpened ? null : clock.GetTimestamp();
        }
    }

    /// <summary>Returns a policy with the latest advisories, which are in force with it.</summary>
    public Policy ApplyTo(Policy policy)
    {
        // Until another source is read, the advisories of the last one hold.
        _inForce = _spec is null ? null : _feed?.Current ?? _inForce;
        if (_spec is not { } spec || policy.Unavailable is not null)
            return policy;
        if (_inForce is not { } database)
        {
            return spec.Action is AdvisoryAction.Block
                ? policy with { Unavailable = NotReadYet }
                : policy;
        }
        return With(policy, spec, database);
    }

    /// <summary>
    /// Returns a policy that is not in force with the advisories of its spec, or null if those that were read here are
    /// of another source.
    /// </summary>
    public Policy? TryApplyTo(Policy policy, AdvisoriesSpec spec) =>
        _spec?.Source == spec.Source && _inForce is { } database ? With(policy, spec, database) : null;

    static Policy With(Policy policy, AdvisoriesSpec spec, AdvisoryDatabase database) => policy with
    {
        SpecVersion = $"{policy.SpecVersion}.{spec.Action}{spec.MinimumSeverity}",
        Version = $"{policy.Version}.{spec.Action}{spec.MinimumSeverity}.{database.Version}",
        Advisories = new AdvisoryRule(database, spec.Action, spec.MinimumSeverity),
    };

    /// <inheritdoc/>
    public void Dispose() => _feed?.Dispose();

    /// <summary>Returns the feed, or null if the source is a file of a cluster's node.</summary>
    AdvisoryFeed? GetFeed(AdvisoriesSpec spec, UpstreamSettings settings)
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
