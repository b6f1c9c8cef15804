using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Server.Caching;
using PyRepo.Server.Records;
using PyRepo.Server.Repositories;
using PyRepo.Storage;

namespace PyRepo.Server.Upstream;

/// <summary>
/// What a proxy knows of one project of upstream's: kept while it is fresh, asked for again when it is not, and shown
/// though it is stale when upstream can't be asked. Everybody who waits for the same answer shares one request.
/// </summary>
sealed class CachedProject(
    ProjectName project, SimpleClient upstream, IStore store, ProjectRecords records, MemoryBudget budget, TimeProvider clock)
    : BudgetedEntry
{
    /// <summary>How long a client waits for upstream when there is a page to show meanwhile.</summary>
    static readonly TimeSpan _maxWait = TimeSpan.FromSeconds(3);

    /// <summary>For how long a failure is not tried again.</summary>
    static readonly TimeSpan _retryAfter = TimeSpan.FromSeconds(5);

    /// <summary>A confirmation is written down when the last one on the disk is this old.</summary>
    static readonly TimeSpan _saveInterval = TimeSpan.FromMinutes(30);

    readonly Lock _lock = new();
    State? _state;
    Task<ProjectAnswer>? _refreshing;
    DateTimeOffset _retryAt;
    DateTimeOffset? _failingSince;
    string? _failure;

    /// <summary>The project.</summary>
    public ProjectName Project => project;

    /// <summary>When somebody last asked for it.</summary>
    public DateTimeOffset LastUsed { get; private set; }

    /// <summary>Told when this was let go of.</summary>
    public required Action<CachedProject> Evicted { get; init; }

    /// <summary>How long things hold. The resource may change it at any time.</summary>
    public required Func<CacheLifetimes> Times { get; init; }

    /// <summary>The project, as fresh as it should be.</summary>
    public ValueTask<ProjectAnswer> GetAsync(CancellationToken cancellationToken)
    {
        LastUsed = clock.GetUtcNow();
        Touch();
        if (_state is { } state && LastUsed < FreshnessPolicy.FreshUntil(state.Cached, Times()))
            return new(state.ToAnswer(CacheOutcome.Hit, null));
        return new(WaitAsync(RefreshAsync(force: false), cancellationToken));
    }

    /// <summary>Asks upstream though the page is fresh: a URL named a file that the page does not have.</summary>
    public Task<ProjectAnswer> GetNewerAsync(CancellationToken cancellationToken) =>
        RefreshAsync(force: true).WaitAsync(cancellationToken);

    /// <summary>Whether the page will soon no longer be fresh, and should be refreshed before somebody waits for it.</summary>
    public bool ShouldRefresh => FreshnessPolicy.ShouldRefresh(_state?.Cached, Times(), clock.GetUtcNow());

    /// <summary>Asks upstream, or joins those who do.</summary>
    public Task<ProjectAnswer> RefreshAsync(bool force)
    {
        lock (_lock)
        {
            if (_refreshing is { IsCompleted: false } running)
                return running;
            // Not the request's own: it goes on when the client leaves.
            return _refreshing = Task.Run(() => AskAsync(force));
        }
    }

    /// <inheritdoc/>
    public override bool TryEvict()
    {
        if (_refreshing is { IsCompleted: false })
            return false;
        _state = null;
        Evicted(this);
        return true;
    }

    async Task<ProjectAnswer> WaitAsync(Task<ProjectAnswer> refreshing, CancellationToken cancellationToken)
    {
        try
        {
            return await refreshing.WaitAsync(_maxWait, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            // By now what was kept on the disk is read, too.
            var state = _state;
            return FreshnessPolicy.DecideOffline(state?.Cached, Times(), clock.GetUtcNow()) is Freshness.ServeStale
                ? state!.ToAnswer(CacheOutcome.Stale, state.Cached.Metadata.CheckedAt)
                : await refreshing.WaitAsync(cancellationToken);
        }
    }

    async Task<ProjectAnswer> AskAsync(bool force)
    {
        var state = _state ?? await LoadAsync();
        switch (FreshnessPolicy.Decide(state?.Cached, Times(), force, _retryAt, clock.GetUtcNow()))
        {
            case Freshness.Fresh:
                return state!.ToAnswer(CacheOutcome.Hit, null);
            case Freshness.ServeStale or Freshness.Unavailable:
                return WithoutUpstream(state, _retryAfter, _failure);
        }
        try
        {
            var known = state?.Cached is { Page: not null } cachedPage ? new PageValidators(cachedPage.Metadata.ETag, cachedPage.Metadata.LastModified) : null;
            var answer = await upstream.GetProjectAsync(project, known, CancellationToken.None);
            _failingSince = null;
            _retryAt = default;
            return await TakeAsync(state, answer);
        }
        catch (UpstreamUnavailableException error)
        {
            _failingSince ??= clock.GetUtcNow();
            _retryAt = clock.GetUtcNow() + _retryAfter;
            _failure = error.Message;
            return WithoutUpstream(state, error.RetryAfter ?? _retryAfter, error.Message);
        }
    }

    ProjectAnswer WithoutUpstream(State? state, TimeSpan retryAfter, string? reason)
    {
        var since = _failingSince ?? clock.GetUtcNow();
        return FreshnessPolicy.DecideOffline(state?.Cached, Times(), clock.GetUtcNow()) is Freshness.ServeStale
            ? state!.ToAnswer(CacheOutcome.Stale, since)
            : new ProjectAnswer.Unavailable(since, retryAfter) { Reason = reason };
    }

    async Task<ProjectAnswer> TakeAsync(State? state, UpstreamPage answer)
    {
        var now = clock.GetUtcNow();
        switch (answer)
        {
            case UpstreamPage.NotKnown:
                var nothing = new CachedPage(null, new CachedPageMetadata { CheckedAt = now, NotKnown = true, Serial = SerialOf(state) + 1 });
                // Names that never were here are not written down: anybody may ask for any number of them.
                if (state?.Cached.Page is not null)
                    await nothing.WriteAsync(store, project, CancellationToken.None);
                return (await SetAsync(nothing, notedAt: now)).ToAnswer(CacheOutcome.Miss, null);
            case UpstreamPage.Fresh(var page, var validators) when !IsOlder(page, state):
                var cachedPage = new CachedPage(page, new CachedPageMetadata
                {
                    CheckedAt = now,
                    ETag = validators.ETag,
                    LastModified = validators.LastModified,
                    Serial = SerialOf(state) + 1,
                    FirstSeen = FirstSeen(state?.Cached, page, now),
                });
                await cachedPage.WriteAsync(store, project, CancellationToken.None);
                return (await SetAsync(cachedPage, notedAt: now)).ToAnswer(CacheOutcome.Miss, null);
            default:
                var confirmed = state!.Cached with { Metadata = state.Cached.Metadata with { CheckedAt = now } };
                var note = now - state.SavedAt > _saveInterval;
                if (note)
                    await confirmed.WriteAsync(store, project, CancellationToken.None);
                return (await SetAsync(confirmed, note ? now : state.SavedAt)).ToAnswer(CacheOutcome.Revalidated, null);
        }
    }

    /// <summary>A mirror that lags behind shows an older page now and then; the newer one stays.</summary>
    static bool IsOlder(ProjectPage page, State? state) =>
        page.LastSerial is { } serial && state?.Cached.Page?.LastSerial is { } known && serial < known;

    static long SerialOf(State? state) => state?.Cached.Metadata.Serial ?? 0;

    static Dictionary<string, DateTimeOffset> FirstSeen(CachedPage? before, ProjectPage page, DateTimeOffset now)
    {
        if (before?.Page is not { } known)
            return [];
        var hashes = known.Files.GroupBy(f => f.FileName).ToDictionary(g => g.Key, g => g.First().Hashes, StringComparer.Ordinal);
        var seen = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var file in page.Files)
        {
            if (!hashes.TryGetValue(file.FileName, out var hash) || hash != file.Hashes)
                seen[file.FileName] = now;
            else if (before.Metadata.FirstSeen.TryGetValue(file.FileName, out var earlier))
                seen[file.FileName] = earlier;
        }
        return seen;
    }

    async Task<State?> LoadAsync() =>
        await CachedPage.ReadAsync(store, project, CancellationToken.None) is { } cachedPage
            ? await SetAsync(cachedPage, cachedPage.Metadata.CheckedAt)
            : null;

    async Task<State> SetAsync(CachedPage cachedPage, DateTimeOffset notedAt)
    {
        var snapshot = cachedPage.Page is null ? null : await MakeSnapshotAsync(cachedPage);
        var state = new State(cachedPage, snapshot, notedAt);
        _state = state;
        budget.Set(this, 1000 + ((cachedPage.Page?.Files.Count ?? 0) * (long)UpstreamSnapshot.WeightOfFile));
        return state;
    }

    async Task<ProjectSnapshot> MakeSnapshotAsync(CachedPage cachedPage)
    {
        var record = records.Find(project);
        if (record is null)
            return UpstreamSnapshot.Of(project, cachedPage.Page!, null, $"{cachedPage.Metadata.Serial}");
        return await record.ReadAsync(
            history => UpstreamSnapshot.Of(project, cachedPage.Page!, history, $"{cachedPage.Metadata.Serial}-{history.Serial}"),
            CancellationToken.None);
    }

    /// <summary>What is known, and the answer made of it.</summary>
    sealed record State(CachedPage Cached, ProjectSnapshot? Snapshot, DateTimeOffset SavedAt)
    {
        public ProjectAnswer ToAnswer(CacheOutcome outcome, DateTimeOffset? staleSince) => Snapshot is null
            ? ProjectAnswer.NotKnown.Instance
            : new ProjectAnswer.Known(staleSince is null ? Snapshot : Snapshot.AsStale(staleSince.Value)) { Cache = outcome };
    }
}
