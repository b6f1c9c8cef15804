using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using PyRepo.Advisories;
using PyRepo.Egress;
using PyRepo.Resources.Proxied;
using PyRepo.Resources.Storage;
using PyRepo.Server.Content.Advisories;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Proxies.Advisories;
using PyRepo.Server.Proxies.Policies;
using PyRepo.Storage;

namespace PyRepo.Server.Serving.Runtime;

/// <summary>
/// The advisories of a repository: those of a source, which are kept up to date, and own ones. A proxy's policy takes
/// them up.
/// </summary>
/// <param name="store">Keeps the last good copy of the source.</param>
/// <param name="budget">The memory that they take a part of.</param>
/// <param name="clock">The clock.</param>
/// <param name="logger">The log.</param>
sealed class RepositoryAdvisories(IStore store, MemoryBudget budget, TimeProvider clock, ILogger logger)
    : IAdvisoryIndex, IDisposable
{
    const string NotReadYet = "The advisories have not been read yet from their source.";

    /// <summary>How long to wait after a failed reading.</summary>
    static readonly TimeSpan _retry = TimeSpan.FromSeconds(30);

    readonly Lock _lock = new();
    AdvisoriesSpec? _spec;
    OwnAdvisories? _own;
    AdvisoryFeed? _feed;
    AdvisoryDatabase? _source;
    string? _fingerprint;
    long _weight;
    long? _readAt;
    bool _isOpened;
    bool _hasSucceeded;
    volatile KnownAdvisories? _inForce;

    /// <summary>The number of advisories in force, or null if there are none.</summary>
    public int? Count => _inForce?.Database?.Count;

    /// <summary>When the source was last read, or null if it was not yet.</summary>
    public DateTimeOffset? LastSuccess => _feed?.LastSuccess;

    /// <summary>When the advisories were last known to be up to date. Own ones are looked at all the time.</summary>
    public DateTimeOffset? LastRead =>
        _spec is { Source: null } && _own?.Failure is null ? clock.GetUtcNow() : LastSuccess;

    /// <summary>Why the source or the own advisories could not be read, or null.</summary>
    public string? Failure => _own?.Failure ?? _feed?.Failure;

    /// <summary>Whether the resource has advisories.</summary>
    public bool AreUsed => _spec is not null;

    /// <summary>Those that are an alarm, or null while they are not all read.</summary>
    public AlarmingAdvisories? Alarming => _inForce is { Missing: null, Database: { } database }
        ? new(database, (_spec as PolicyAdvisoriesSpec)?.MinimumSeverity)
        : null;

    /// <summary>Applies the resource's spec.</summary>
    /// <param name="spec">The spec, or null for no advisories.</param>
    /// <param name="own">The own advisories, or null if the spec names none.</param>
    /// <param name="settings">How the source is reached.</param>
    public void Use(AdvisoriesSpec? spec, OwnAdvisories? own, UpstreamSettings settings)
    {
        lock (_lock)
        {
            var fingerprint = spec?.Source is null ? null : $"{spec.Source} {settings.Fingerprint}";
            (_spec, _own) = (spec, own?.After(_own));
            if (fingerprint != _fingerprint)
            {
                // A pass that is running may still use the old feed, which closes once it is collected.
                (_feed, _fingerprint) = (fingerprint is null ? null : GetFeed(spec!.Source!, settings), fingerprint);
                (_readAt, _isOpened, _hasSucceeded) = (null, false, false);
            }
            TakeUp();
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
        // What the store has is in force before the source is asked.
        var isOpened = isFirst && feed.Current is not null;
        Note(feed, isOpened, isOpened || await feed.RefreshAsync(cancellationToken));
        return isOpened || feed.Current != before;
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
            TakeUp();
        }
    }

    /// <summary>Puts what is known into force. The lock is held.</summary>
    void TakeUp()
    {
        // Until another source is read, the advisories of the last one hold.
        _source = _spec?.Source is null ? null : _feed?.Current ?? _source;
        if (_spec is null)
        {
            _inForce = null;
            SetWeight(0);
            return;
        }
        var missing = _own is { Database: null, Failure: { } failure } ? failure
            : _spec.Source is not null && _source is null ? NotReadYet
            : null;
        var database = _own?.Database is not { } own ? _source
            : _source is null ? own
            : _inForce?.Database is { DocumentFailure: null } known
                && known.Version == AdvisoryDatabase.GetVersion(own, _source) ? known
            : AdvisoryDatabase.Combine(own, _source);
        _inForce = new(database, missing);
        SetWeight(database?.Weight ?? 0);
    }

    void SetWeight(long weight)
    {
        budget.Pin(weight - _weight);
        _weight = weight;
    }

    /// <summary>Returns a policy with the latest advisories, which are in force with it.</summary>
    public Policy ApplyTo(Policy policy)
    {
        if (_spec is not PolicyAdvisoriesSpec spec || _inForce is not { } known || policy.Unavailable is not null)
            return policy;
        if (known.Missing is { } missing && spec.Action is AdvisoryAction.Block)
            return policy with { Unavailable = missing };
        return known.Database is { } database ? With(policy, spec, database) : policy;
    }

    /// <summary>
    /// Returns a policy that is not in force with the advisories of its spec, or null if those that were read here are
    /// of another source.
    /// </summary>
    /// <param name="policy">The policy.</param>
    /// <param name="spec">The advisories of its spec.</param>
    /// <param name="own">The own advisories that the spec names, or null if it names none.</param>
    public Policy? TryApplyTo(Policy policy, PolicyAdvisoriesSpec spec, AdvisoryDatabase? own)
    {
        if (spec.Source is null)
            return own is null ? policy : With(policy, spec, own);
        if (_spec?.Source != spec.Source || _feed?.Current is not { } source)
            return null;
        return With(policy, spec, own is null ? source : AdvisoryDatabase.Combine(own, source));
    }

    static Policy With(Policy policy, PolicyAdvisoriesSpec spec, AdvisoryDatabase database) => policy with
    {
        SpecVersion = $"{policy.SpecVersion}.{spec.Action}{spec.MinimumSeverity}",
        Version = $"{policy.Version}.{spec.Action}{spec.MinimumSeverity}.{database.Version}",
        Advisories = new AdvisoryRule(database, spec.Action, spec.MinimumSeverity),
    };

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<ImmutableArray<FoundAdvisory>>?> FindAsync(
        ImmutableArray<AdvisoryQuery> queries, IMemberGuard guard, CancellationToken cancellationToken)
    {
        var database = Require();
        ImmutableArray<FoundAdvisory> Find(AdvisoryQuery query) =>
        [
            .. database.FindAll(query.Project, query.Version)
                .Select(advisory => new FoundAdvisory(advisory.Id, advisory.Modified)),
        ];
        return new([.. queries.Select(Find)]);
    }

    /// <inheritdoc/>
    public ValueTask<AdvisoryContent?> ReadAsync(
        string id, IMemberGuard guard, CancellationToken cancellationToken) => new(Read(Require(), id));

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<AdvisoryContent>> ReadAliasedAsync(
        string alias, IMemberGuard guard, CancellationToken cancellationToken)
    {
        var database = Require();
        var found = new AliasedAdvisories(alias);
        foreach (var content in database.FindAliased(alias).Select(id => Read(database, id)).OfType<AdvisoryContent>())
            found.Add(content);
        return new(found.ToImmutable());
    }

    static AdvisoryContent? Read(AdvisoryDatabase database, string id)
    {
        try
        {
            return database.ReadDocument(id) is { } json
                ? new AdvisoryContent(json, AdvisoryReader.ReadProjects(json))
                : null;
        }
        catch (IOException error)
        {
            throw IAdvisoryIndex.Unavailable($"The document of the advisory '{id}' cannot be read. {error.Message}");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
            SetWeight(0);
        _feed?.Dispose();
    }

    AdvisoryDatabase Require() => _inForce is { Missing: null, Database: { } database }
        ? database
        : throw IAdvisoryIndex.Unavailable(_inForce?.Missing ?? NotReadYet);

    /// <summary>Returns the feed, or null if the source is a file of a cluster's node.</summary>
    AdvisoryFeed? GetFeed(string url, UpstreamSettings settings)
    {
        var source = new Uri(url);
        if (source.IsFile && settings.EgressPolicy.InCluster)
            return null;
        IAdvisorySource reader = source.IsFile
            ? new AdvisoryFile(source.LocalPath)
            : new AdvisoryUrl(settings with { Url = source }, clock);
        return new AdvisoryFeed(reader, store, clock, logger);
    }

    /// <param name="Database">All that is known, or null if nothing is.</param>
    /// <param name="Missing">A sentence about the part that is missing, or null.</param>
    sealed record KnownAdvisories(AdvisoryDatabase? Database, string? Missing);
}
