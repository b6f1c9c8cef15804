using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Server.Caching;
using PyRepo.Server.Records;
using PyRepo.Server.Repositories;
using PyRepo.Storage;

namespace PyRepo.Server.Upstream;

/// <summary>
/// What a proxy knows about one upstream project. The page is cached while it is fresh, and fetched again when it is
/// not. If upstream is unavailable, the stale page is shown. All clients that wait for the same answer share one
/// request.
/// </summary>
sealed class CachedProject(
    ProjectName project, SimpleClient upstream, IStore store, ProjectRecords records, MemoryBudget budget,
    TimeProvider clock)
    : BudgetedEntry
{
    /// <summary>How long a client waits for upstream if there is a cached page to show instead.</summary>
    static readonly TimeSpan _maxWait = TimeSpan.FromSeconds(3);

    /// <summary>How long to wait after a failure before trying again.</summary>
    static readonly TimeSpan _retryAfter = TimeSpan.FromSeconds(5);

    /// <summary>A confirmation is saved once the last one on disk is this old.</summary>
    static readonly TimeSpan _saveInterval = TimeSpan.FromMinutes(30);

    readonly Lock _lock = new();
    State? _state;
    Task<ProjectAnswer>? _refreshing;
    long _lastUsed;
    long? _failedAt;
    DateTimeOffset? _failingSince;
    string? _failure;

    /// <summary>The project.</summary>
    public ProjectName Project => project;

    /// <summary>Called when this entry is evicted.</summary>
    public required Action<CachedProject> Evicted { get; init; }

    /// <summary>How long answers are valid. The resource may change this at any time.</summary>
    public required Func<CacheLifetimes> Times { get; init; }

    /// <summary>Returns the project, and refreshes it if it is no longer fresh.</summary>
    public ValueTask<ProjectAnswer> GetAsync(CancellationToken cancellationToken)
    {
        Volatile.Write(ref _lastUsed, clock.GetTimestamp());
        Touch();
        if (_state is { } state && FreshnessPolicy.IsFresh(state.Cached, Times(), clock.GetUtcNow()))
            return new(state.ToAnswer(CacheOutcome.Hit, null));
        return new(WaitAsync(RefreshAsync(force: false), cancellationToken));
    }

    /// <summary>
    /// Queries upstream even though the page is fresh, because a URL names a file that the page does not have.
    /// </summary>
    public Task<ProjectAnswer> GetNewerAsync(CancellationToken cancellationToken) =>
        RefreshAsync(force: true).WaitAsync(cancellationToken);

    /// <summary>
    /// Whether the page is in use and will soon be stale, so that it should be refreshed before a client has to wait
    /// for it.
    /// </summary>
    public bool ShouldRefresh => clock.GetElapsedTime(Volatile.Read(ref _lastUsed)) < Times().Project
        && FreshnessPolicy.ShouldRefresh(_state?.Cached, Times(), clock.GetUtcNow());

    /// <summary>Queries upstream, or joins a query that is already running.</summary>
    public Task<ProjectAnswer> RefreshAsync(bool force)
    {
        lock (_lock)
        {
            if (_refreshing is { IsCompleted: false } running)
                return running;
            // This is independent of the request: it continues when the client disconnects.
            return _refreshing = Task.Run(() => QueryAsync(force));
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
            // By now, the page on disk has been read, too.
            var state = _state;
            return FreshnessPolicy.DecideOffline(state?.Cached, Times(), clock.GetUtcNow()) is Freshness.ServeStale
                ? state!.ToAnswer(CacheOutcome.Stale, state.Cached.Metadata.CheckedAt)
                : await refreshing.WaitAsync(cancellationToken);
        }
    }

    async Task<ProjectAnswer> QueryAsync(bool force)
    {
        var state = _state ?? await LoadAsync();
        var isPaused = _failedAt is { } failedAt && clock.GetElapsedTime(failedAt) < _retryAfter;
        switch (FreshnessPolicy.Decide(state?.Cached, Times(), force, isPaused, clock.GetUtcNow()))
        {
            case Freshness.Fresh:
                return state!.ToAnswer(CacheOutcome.Hit, null);
            case Freshness.ServeStale or Freshness.Unavailable:
                return WithoutUpstream(state, _retryAfter, _failure);
        }
        try
        {
            var known = state?.Cached is { Page: not null } cachedPage
                ? new PageValidators(cachedPage.Metadata.ETag, cachedPage.Metadata.LastModified) : null;
            var answer = await upstream.GetProjectAsync(project, known, CancellationToken.None);
            _failingSince = null;
            _failedAt = null;
            return await UpdateAsync(state, answer);
        }
        catch (UpstreamUnavailableException error)
        {
            _failingSince ??= clock.GetUtcNow();
            _failedAt = clock.GetTimestamp();
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

    async Task<ProjectAnswer> UpdateAsync(State? state, UpstreamPage answer)
    {
        var now = clock.GetUtcNow();
        switch (answer)
        {
            case UpstreamPage.NotKnown:
                var notKnown = new CachedPage(
                    null, new CachedPageMetadata { CheckedAt = now, NotKnown = true, Serial = SerialOf(state) + 1 });
                // Unknown names are not saved if they were never here, because clients may request any number of them.
                if (state?.Cached.Page is not null)
                    await notKnown.WriteAsync(store, project, CancellationToken.None);
                return (await SetAsync(notKnown, savedAt: now)).ToAnswer(CacheOutcome.Miss, null);
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
                return (await SetAsync(cachedPage, savedAt: now)).ToAnswer(CacheOutcome.Miss, null);
            default:
                var confirmed = state!.Cached with { Metadata = state.Cached.Metadata with { CheckedAt = now } };
                // A time in the future was saved while the clock was wrong.
                var isSaveDue = state.SavedAt > now || now - state.SavedAt > _saveInterval;
                if (isSaveDue)
                    await confirmed.WriteAsync(store, project, CancellationToken.None);
                var current = await SetAsync(confirmed, isSaveDue ? now : state.SavedAt);
                return current.ToAnswer(CacheOutcome.Revalidated, null);
        }
    }

    /// <summary>
    /// Whether a page is older than the cached one. A lagging mirror sometimes shows such a page; the newer one is
    /// used.
    /// </summary>
    static bool IsOlder(ProjectPage page, State? state) =>
        page.LastSerial is { } serial && state?.Cached.Page?.LastSerial is { } known && serial < known;

    static long SerialOf(State? state) => state?.Cached.Metadata.Serial ?? 0;

    static Dictionary<string, DateTimeOffset> FirstSeen(CachedPage? before, ProjectPage page, DateTimeOffset now)
    {
        if (before?.Page is not { } known)
            return [];
        var hashes = known.Files.GroupBy(f => f.FileName).ToDictionary(
            g => g.Key, g => g.First().Hashes, StringComparer.Ordinal);
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

    async Task<State> SetAsync(CachedPage cachedPage, DateTimeOffset savedAt)
    {
        var snapshot = cachedPage.Page is null ? null : await CreateSnapshotAsync(cachedPage);
        var state = new State(cachedPage, snapshot, savedAt);
        _state = state;
        budget.Set(this, 1000 + ((cachedPage.Page?.Files.Count ?? 0) * (long)UpstreamSnapshot.WeightOfFile));
        return state;
    }

    async Task<ProjectSnapshot> CreateSnapshotAsync(CachedPage cachedPage)
    {
        var record = records.Find(project);
        if (record is null)
            return UpstreamSnapshot.Of(project, cachedPage.Page!, null, $"{cachedPage.Metadata.Serial}");
        return await record.ReadAsync(
            history => UpstreamSnapshot.Of(
                project, cachedPage.Page!, history, $"{cachedPage.Metadata.Serial}-{history.Serial}"),
            CancellationToken.None);
    }

    /// <summary>What is known about the project, and the snapshot created from it.</summary>
    sealed record State(CachedPage Cached, ProjectSnapshot? Snapshot, DateTimeOffset SavedAt)
    {
        public ProjectAnswer ToAnswer(CacheOutcome outcome, DateTimeOffset? staleSince) => Snapshot is null
            ? ProjectAnswer.NotKnown.Instance
            : new ProjectAnswer.Known(
                staleSince is null ? Snapshot : Snapshot.AsStale(staleSince.Value))
            { Cache = outcome };
    }
}
