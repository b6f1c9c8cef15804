using PyRepo.Egress;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Admission;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Platform.Limits;
using PyRepo.Server.Proxies.Disk;
using PyRepo.Server.Proxies.Upstream;

namespace PyRepo.Server.Proxies.Pages;

/// <summary>
/// A proxy's knowledge about one upstream project. The page is cached while it is fresh, and fetched again when it is
/// not. If upstream is unavailable, the stale page is shown. All clients that wait for the same answer share one
/// request. Requests that have passed different proxies share none: one may be a loop, and would wait for itself.
/// </summary>
/// <param name="project">The project.</param>
/// <param name="shared">The context that the projects of the upstream share.</param>
sealed class CachedProject(ProjectName project, CachedProjects shared) : BudgetedEntry
{
    /// <summary>How long a client waits for upstream if there is a cached page to show instead.</summary>
    static readonly TimeSpan _maxWait = TimeSpan.FromSeconds(3);

    /// <summary>After upstream did not know a name, it is not asked again for this time.</summary>
    static readonly TimeSpan _justAsked = TimeSpan.FromSeconds(1);

    /// <summary>The approximate memory of a project of which nothing is known, in bytes.</summary>
    const int WeightOfNothing = 2500;

    readonly Lock _lock = new();
    readonly MirrorLag _lag = new(shared.Clock);
    State? _state;
    readonly SingleFlight<ProjectName, ProjectAnswer> _queries = new();
    readonly UpstreamOutages _outages = new(shared.Clock);

    /// <summary>The turn to change what is known.</summary>
    readonly SemaphoreSlim _turn = new(1, 1);
    PageExaminations? _examinations;
    readonly CachedPageFile _saved = new(project, shared);
    readonly PageUpdate _update = new(project, shared);
    readonly ProjectAbsence _absence = new(project, shared);

    /// <summary>
    /// The files that the page does not have, although URLs name them, since it was last read in its turn: their hash
    /// codes, as strangers think of the URLs.
    /// </summary>
    HashSet<int>? _missed;

    PageExaminations Examinations =>
        LazyInitializer.EnsureInitialized(ref _examinations, () => new(shared, AddAsync));

    CacheLifetimes Times => shared.Documents.Settings.Times;

    /// <summary>The project as it is in memory, however old, or null.</summary>
    public ProjectSnapshot? InMemory => OfUpstream(_state) is { } state && IsCompared(state) ? state.Snapshot : null;

    /// <summary>Returns the project, and refreshes it if it is no longer fresh.</summary>
    public ValueTask<ProjectAnswer> GetAsync(CancellationToken cancellationToken)
    {
        NoteUse();
        if (OfUpstream(_state) is { } state && IsFresh(state))
            return new(GetAnswer(state, CacheOutcome.Hit));
        return new(WaitAsync(RefreshAsync(force: false), cancellationToken));
    }

    /// <summary>
    /// Queries upstream even though the page is fresh, because a URL names a file that the page does not have. Each
    /// file is a reason only once until the page is refreshed in its turn, and only some files are.
    /// </summary>
    public Task<ProjectAnswer> GetNewerAsync(string file, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (OfUpstream(_state) is { } state && (IsJustAsked(state) || !TryNoteMissed(file)))
                return Task.FromResult(GetAnswer(state, CacheOutcome.Hit));
            return Join(force: true).WaitAsync(cancellationToken);
        }
    }

    /// <summary>Queries upstream, or joins a query that is already running.</summary>
    public Task<ProjectAnswer> RefreshAsync(bool force)
    {
        lock (_lock)
        {
            _missed = null;
            return Join(force);
        }
    }

    /// <summary>
    /// Queries upstream, unless the cached page has the serial with which upstream lists the project. Nothing stale
    /// counts.
    /// </summary>
    /// <exception cref="UpstreamUnavailableException">Upstream is not available.</exception>
    public async Task<ProjectAnswer> GetFromUpstreamAsync(long? listed)
    {
        Task<ProjectAnswer> query;
        lock (_lock)
            query = Join(force: true, listed);
        var answer = await query;
        return _outages.Current.Failure is { } failure ? throw failure : answer;
    }

    /// <summary>
    /// Shows a verified wheel's own metadata from now on, if the page shows other metadata that upstream does not list.
    /// </summary>
    public async Task CorrectAsync(Distribution verified, Sha256Digest? metadata)
    {
        State? shown;
        lock (_lock)
            shown = _state;
        if (shown?.Snapshot?.Files.FirstOrDefault(file => file.Distribution.Name.FileName == verified.Name.FileName)
            is not { Distribution: { CoreMetadata: { } wrong, Sha256: var sha256 } }
            || wrong == metadata || sha256 != verified.Sha256)
        {
            return;
        }
        var snapshot = await shared.CreateSnapshotAsync(project, shown.Cached);
        lock (_lock)
        {
            // What replaced it meanwhile was created with what is known of the wheel now.
            if (ReferenceEquals(_state, shown))
                Show(shown with { Snapshot = snapshot });
        }
    }

    /// <summary>Returns what is known of the archive of a file, or null if nothing is.</summary>
    public InspectedFile? FindInspected(Distribution file) =>
        OfUpstream(_state)?.Cached.Metadata.Inspected.GetValueOrDefault(file.Name.FileName) is { } known
        && known.IsOf(file) ? known : null;

    /// <summary>
    /// Adds what was found out about a file when it was fetched, to the page that shows it from now on.
    /// </summary>
    /// <returns>The file as it is judged now.</returns>
    public async Task<Distribution> AddFetchedAsync(Distribution file, InspectedFile inspected, GuardSettings settings)
    {
        var found = new Dictionary<string, InspectedFile>(StringComparer.Ordinal)
        {
            [file.Name.FileName] = inspected,
        };
        if (await GetAsync(CancellationToken.None) is not ProjectAnswer.Known known)
            return PageGuard.JudgeAlone(file, inspected, settings);
        var (files, unknown) = await shared.Dependencies.AddToAsync(known.Snapshot, found, settings);
        if (unknown.Count > 0)
        {
            // What was known of its dependencies before is still true.
            found[file.Name.FileName] = inspected with { Dependencies = FindInspected(file)?.Dependencies! };
            files = found;
        }
        // The project may be gone by now. Then the file is judged alone.
        return (await AddAsync(new(null, files)))?.Files.Select(each => each.Distribution)
            .FirstOrDefault(each => each.Name.FileName == file.Name.FileName && each.Sha256 == file.Sha256)
            ?? PageGuard.JudgeAlone(file, files[file.Name.FileName], settings);
    }

    /// <inheritdoc/>
    public override bool IsLowPriority => true;

    /// <inheritdoc/>
    public override bool TryEvict()
    {
        // Who has the turn changes what is known, and saves it: another object of this project would overtake it.
        if (!_queries.IsIdle || _saved.IsSaving || !_turn.Wait(0))
            return false;
        _state = null;
        shared.Remove(project, this);
        _turn.Release();
        return true;
    }

    Task<ProjectAnswer> Join(bool force, long? listed = null)
    {
        try
        {
            return _queries.JoinAsync(project, () => TryQueryAsync(force, listed));
        }
        catch (UpstreamUnavailableException error)
        {
            return Task.FromResult(WithoutUpstream(OfUpstream(_state), UpstreamOutage.From(error, shared.Clock)));
        }
    }

    bool IsJustAsked(State state) =>
        state.Snapshot is null && (shared.Clock.GetUtcNow() - state.Cached.Metadata.CheckedAt).Duration() < _justAsked;

    bool TryNoteMissed(string file)
    {
        _missed ??= [];
        return _missed.Count < ServerLimits.MaxMissedFiles && _missed.Add(file.GetHashCode(StringComparison.Ordinal));
    }

    bool IsFresh(State state) => IsProved(state) && IsCompared(state) && FreshnessPolicy.IsFresh(
        state.Cached.Metadata.CheckedAt, state.Snapshot is not null, Times, shared.Clock.GetUtcNow());

    /// <summary>Whether upstream, if it does not know the project, still proves that it answers at all.</summary>
    bool IsProved(State state) =>
        state.Snapshot is not null || _absence.Renew(state.Evidence, Times.NotFound) is not null;

    /// <summary>Whether its files were examined as the resource says now.</summary>
    bool IsCompared(State state) =>
        state.Snapshot is null || state.Examined == shared.Documents.Settings.ExaminationFingerprint;

    void NoteUse()
    {
        Touch();
        shared.Current.NoteUse(project);
    }

    async Task<ProjectAnswer> WaitAsync(Task<ProjectAnswer> refreshing, CancellationToken cancellationToken)
    {
        try
        {
            return await refreshing.WaitAsync(_maxWait, shared.Clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            // By now, the page on disk has been read, too.
            var state = OfUpstream(_state);
            return FreshnessPolicy.DecideOffline(state?.Cached, Times, shared.Clock.GetUtcNow()) is Freshness.ServeStale
                ? GetAnswer(state!, CacheOutcome.Stale, state!.Cached.Metadata.CheckedAt)
                : await refreshing.WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc cref="QueryAsync"/>
    async Task<ProjectAnswer> TryQueryAsync(bool force, long? listed)
    {
        try
        {
            return await QueryAsync(force, listed);
        }
        catch (UpstreamUnavailableException error) when (error.IsRejection)
        {
            // Upstream was not asked: there was no room for the page that is on the disk.
            return new ProjectAnswer.Unavailable(shared.Clock.GetUtcNow(), OverloadedException.RetryAfter)
            {
                Reason = error.Message,
            };
        }
    }

    /// <param name="force">Whether upstream is asked although the page is fresh.</param>
    /// <param name="listed">The serial of the page that needs no query, or null.</param>
    async Task<ProjectAnswer> QueryAsync(bool force, long? listed)
    {
        var asked = shared.Upstream.Proof;
        // It counts even if nothing gets known, because strangers may request any number of names.
        if (_state is null)
            shared.Budget.Set(this, WeightOfNothing);
        var (last, kept) = await InTurnAsync(async () => (_state ?? await LoadAsync(), _state));
        var state = OfUpstream(last);
        if (listed is not null && state?.Cached.Page?.LastSerial == listed)
            return await InTurnAsync(() => ConfirmAsync(OfUpstream(_state) ?? state!, shared.Clock.GetUtcNow()));
        var (outage, times) = (_outages.Current, Times);
        if (state is not null && !IsCompared(state))
        {
            // What is shown changes with the resource, also while upstream is down.
            state = last = kept = await InTurnAsync(() => CompareAsync(OfUpstream(_state) ?? state));
        }
        var isForced = force || (state is not null && !IsProved(state));
        switch (FreshnessPolicy.Decide(state?.Cached, times, isForced, outage.IsPaused, shared.Clock.GetUtcNow()))
        {
            case Freshness.Fresh:
                return GetAnswer(state!, CacheOutcome.Hit);
            case Freshness.ServeStale or Freshness.Unavailable:
                return WithoutUpstream(state, outage);
        }
        var url = shared.Upstream.Source;
        try
        {
            var after = state?.Cached.Metadata.CheckedAt ?? shared.Clock.GetUtcNow() - times.Project;
            using var answer = await shared.Pages.GetAsync(
                project, state?.Cached.Validators, after, CancellationToken.None);
            var hasPage = state?.Cached.Page is not null;
            var evidence = answer is UpstreamPage.NotKnown or UpstreamPage.Refused
                ? await _absence.RequireAsync(asked, answer, hasPage, times.NotFound)
                : null;
            if (shared.Upstream.Proof != asked)
                return await QueryAsync(force: true, null); // It may be the answer of another upstream.
            outage.Clear();
            return await InTurnAsync(async () =>
            {
                // Another query may have changed what this one began with. It asked the same upstream, just now.
                if (_state?.Cached.Metadata.CheckedAt != kept?.Cached.Metadata.CheckedAt
                    && OfUpstream(_state) is { } newer)
                {
                    return GetAnswer(newer, CacheOutcome.Revalidated);
                }
                // More may have been found out about the page that this one began with.
                return evidence is null
                    ? await UpdateAsync(url, OfUpstream(_state) ?? state, _state ?? last, answer)
                    : await UpdateAsync(url, _state ?? last, evidence, answer);
            });
        }
        catch (UpstreamUnavailableException error)
        {
            if (shared.Upstream.Proof != asked)
                return await QueryAsync(force: true, null);
            outage.Note(error);
            return WithoutUpstream(state, outage);
        }
    }

    /// <summary>Examines the files as the resource says now.</summary>
    async Task<State> CompareAsync(State state)
    {
        var compared = await SetAsync(state.Cached);
        if (compared.Cached != state.Cached)
            await _saved.BeginSaveAsync(compared.Cached, shared.Seen.Add(project));
        return compared;
    }

    async Task<T> InTurnAsync<T>(Func<Task<T>> work)
    {
        await _turn.WaitAsync();
        try
        {
            return await work();
        }
        finally
        {
            _turn.Release();
        }
    }

    ProjectAnswer WithoutUpstream(State? state, UpstreamOutage outage)
    {
        var since = outage.Since ?? shared.Clock.GetUtcNow();
        return FreshnessPolicy.DecideOffline(state?.Cached, Times, shared.Clock.GetUtcNow()) is Freshness.ServeStale
            ? GetAnswer(state!, CacheOutcome.Stale, since)
            : new ProjectAnswer.Unavailable(since, FreshnessPolicy.RetryInterval)
            {
                Reason = outage.Failure?.Message,
                IsUnprovedAbsence = outage.Failure is { IsUnprovedAbsence: true },
            };
    }

    ProjectAnswer GetAnswer(State state, CacheOutcome outcome, DateTimeOffset? staleSince = null)
    {
        if (state.Snapshot is { } snapshot)
        {
            return new ProjectAnswer.Known(staleSince is { } since ? snapshot.AsStale(since) : snapshot)
            {
                Cache = outcome,
            };
        }
        return _absence.Renew(state.Evidence, Times.NotFound) is { } evidence
            ? new ProjectAnswer.NotKnown(evidence)
            : new ProjectAnswer.Unavailable(shared.Clock.GetUtcNow(), FreshnessPolicy.RetryInterval)
            {
                IsUnprovedAbsence = true,
            };
    }

    /// <summary>
    /// Returns what is known, if it is of the upstream that the resource names now. Another upstream's page is neither
    /// shown nor confirmed: only when its files were first seen stays true. Neither is one that was evicted.
    /// </summary>
    State? OfUpstream(State? state) =>
        state?.Cached.Metadata is { IsEvicted: true }
        || (state?.Cached.Metadata.Upstream is { } url && url != shared.Upstream.Source) ? null : state;

    /// <summary>Keeps that upstream does not know the project.</summary>
    async Task<ProjectAnswer> UpdateAsync(string url, State? last, Absence evidence, UpstreamPage answer)
    {
        _outages.Current.Clear();
        _lag.Note(null, null);
        var gone = await SetGoneAsync(url, last?.Cached, evidence, answer.ReadAt ?? shared.Clock.GetUtcNow());
        return gone.Snapshot is null ? new ProjectAnswer.NotKnown(evidence) : GetAnswer(gone, CacheOutcome.Miss);
    }

    /// <param name="url">The upstream that was asked.</param>
    /// <param name="state">Its known state.</param>
    /// <param name="last">The known state of it or of the one before.</param>
    /// <param name="answer">Its answer.</param>
    async Task<ProjectAnswer> UpdateAsync(string url, State? state, State? last, UpstreamPage answer)
    {
        var now = answer.ReadAt ?? shared.Clock.GetUtcNow();
        var isLagging = _lag.Note((answer as UpstreamPage.Fresh)?.Page, state?.Cached.Page);
        switch (answer)
        {
            case UpstreamPage.Fresh(var page, var validators, _) when !isLagging:
                var cachedPage = await _update.OfPageAsync(url, page, validators, last?.Cached, now);
                shared.Replacements.Note(project, cachedPage, last?.Cached);
                var saving = _saved.BeginSaveAsync(cachedPage, shared.Seen.Add(project));
                if (cachedPage.HasOwnDates)
                    await saving; // Nobody sees a date that a restart would forget.
                var fetched = await SetAsync(cachedPage);
                await saving;
                if (fetched.Cached != cachedPage)
                    await _saved.BeginSaveAsync(fetched.Cached, shared.Seen.Add(project));
                return GetAnswer(fetched, CacheOutcome.Miss);
            default:
                return await ConfirmAsync(state!, now);
        }
    }

    async Task<ProjectAnswer> ConfirmAsync(State state, DateTimeOffset now)
    {
        var confirmed = state.Cached with
        {
            Metadata = state.Cached.Metadata with { CheckedAt = now },
        };
        _outages.Current.Clear();
        var revalidated = await SetAsync(confirmed);
        if (_saved.IsSaveDue || revalidated.Cached != confirmed)
            await _saved.BeginSaveAsync(revalidated.Cached, shared.Seen.Add(project));
        return GetAnswer(revalidated, CacheOutcome.Revalidated);
    }

    /// <summary>Notes that upstream does not know the project.</summary>
    async Task<State> SetGoneAsync(string url, CachedPage? last, Absence evidence, DateTimeOffset now)
    {
        var gone = await _update.OfGoneAsync(url, last, shared.Documents.Settings.KeepsRemoved, now);
        // Unknown names are not saved if they were never here, because clients may request any number of them.
        if (last?.Page is not null || (gone.Metadata.HasHistory && _saved.IsSaveDue))
            await _saved.SaveGoneAsync(gone);
        return await SetAsync(gone, Examination.Begun, evidence);
    }

    async Task<State?> LoadAsync()
    {
        using var slot = shared.Upstream.Slots.Open();
        return await _saved.LoadAsync(slot) switch
        {
            null => null,
            { Metadata.IsEvicted: true } evicted => new State(evicted, null),
            var cachedPage => await SetAsync(cachedPage, Examination.Begun),
        };
    }

    /// <summary>Shows a page, with what could be found out about its files in a moment.</summary>
    /// <param name="cachedPage">The page.</param>
    /// <param name="examination">How much of that is done.</param>
    /// <param name="evidence">The evidence that upstream does not know the project, if it does not.</param>
    async Task<State> SetAsync(
        CachedPage cachedPage, Examination examination = Examination.Awaited, Absence? evidence = null)
    {
        var settings = shared.Documents.Settings;
        if (settings.Provenance is not null)
            cachedPage = cachedPage.WithFirstLook(shared.Clock.GetUtcNow(), shared.Documents.NextSerial);
        if (settings.Guard is { } guard && cachedPage.Page is not null)
        {
            var resembled = guard.Names.FindResembled(project, cachedPage.Metadata.LookAlike);
            cachedPage = cachedPage.WithGuard(shared.Clock.GetUtcNow(), resembled, shared.Documents.NextSerial);
        }
        var snapshot = cachedPage.Page is null ? null : await shared.CreateSnapshotAsync(project, cachedPage);
        if (snapshot is not null && examination is not Examination.None
            && await Examinations.ExamineAsync(snapshot, waits: examination is Examination.Awaited) is var found
            && !found.AreIn(cachedPage))
        {
            cachedPage = found.AddTo(cachedPage, shared.Documents.NextSerial);
            snapshot = await shared.CreateSnapshotAsync(project, cachedPage);
        }
        State state;
        lock (_lock)
            state = Show(new State(cachedPage, snapshot)
            {
                Evidence = evidence,
                Examined = settings.ExaminationFingerprint,
            });
        shared.Budget.Set(this, cachedPage.Page is { } page
            ? UpstreamSnapshot.GetWeight(page) + cachedPage.Metadata.Verified.Values.Sum(each => each.Outcome.Weight)
                + cachedPage.Metadata.Inspected.Values.Sum(each => each.Weight)
            : WeightOfNothing);
        if (settings.ExaminationFingerprint is not null)
            shared.Shown?.Invoke(project, state.Snapshot);
        return state;
    }

    Task<ProjectSnapshot?> AddAsync(ExaminedFiles found) => InTurnAsync(async () =>
    {
        if (OfUpstream(_state) is not { Snapshot: { } shown } state)
            return null;
        if (IsCompared(state) && found.AreIn(state.Cached))
            return shown;
        var page = found.AddTo(state.Cached, shared.Documents.NextSerial);
        // The resource may have changed meanwhile: then these files are examined again, by whoever adds these outcomes.
        var updated = await SetAsync(page, IsCompared(state) ? Examination.None : Examination.Begun);
        await _saved.BeginSaveAsync(updated.Cached, shared.Seen.Add(project));
        return updated.Snapshot;
    });

    State Show(State state)
    {
        var shown = state.Snapshot is { } snapshot ? shared.Missing.AddKnown(snapshot) : null;
        var metadata = state.Cached.Metadata;
        shared.Current.Set(project, new(shown?.Version, metadata.CheckedAt, metadata.Upstream));
        // The resource may have changed meanwhile: what was made for it before is not current.
        if (!IsCompared(state))
            shared.Current.Forget(project);
        return _state = state with { Snapshot = shown };
    }

    /// <summary>How much is found out about a page before it is shown.</summary>
    enum Examination
    {
        /// <summary>Nothing.</summary>
        None,

        /// <summary>It is begun, and not waited for.</summary>
        Begun,

        /// <summary>It is waited for, for a moment.</summary>
        Awaited,
    }

    /// <summary>The cached page of the project, and the snapshot created from it.</summary>
    sealed record State(CachedPage Cached, ProjectSnapshot? Snapshot)
    {
        /// <summary>The evidence that upstream does not know the project, if it does not.</summary>
        public Absence? Evidence { get; init; }

        /// <summary>The settings with which its files were examined, or null if they were not.</summary>
        public string? Examined { get; init; }
    }
}

/// <summary>The metadata of files that upstream does not list.</summary>
interface IMissingMetadata
{
    /// <summary>Reads metadata that is missing in a snapshot. It may ask upstream.</summary>
    Task ReadMissingAsync(ProjectSnapshot snapshot);

    /// <summary>Adds to a snapshot what was read. It asks nobody.</summary>
    ProjectSnapshot AddKnown(ProjectSnapshot snapshot);
}
