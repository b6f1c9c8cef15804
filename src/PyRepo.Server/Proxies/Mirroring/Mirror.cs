using Microsoft.Extensions.Logging;
using PyRepo.Egress;
using PyRepo.Packaging.Names;
using PyRepo.Server.Platform.Limits;
using PyRepo.Server.Proxies.Policies;
using PyRepo.Server.Proxies.Upstream;
using PyRepo.Storage;

namespace PyRepo.Server.Proxies.Mirroring;

/// <summary>
/// Fetches what is visible under a proxy's policy ahead of requests. Upstream's list says which projects changed; of
/// an upstream whose list has no serials, each page is revalidated.
/// </summary>
/// <remarks>
/// A project is complete when its page and all its files are there. What is complete is saved now and then, so that a
/// pass that was interrupted continues, and asks only for what may have changed. There may be a million projects, of
/// which only some are in memory at once.
/// </remarks>
sealed class Mirror(
    SimpleClient upstream, CachedRepository cached, FilteredRepository filtered, IStore store, TimeProvider clock,
    ILogger logger)
{
    static readonly TimeSpan _saveInterval = TimeSpan.FromSeconds(30);

    /// <summary>How long to wait after a pass in which something failed; longer after each further one.</summary>
    static readonly TimeSpan _firstRetry = TimeSpan.FromSeconds(30);

    volatile MirrorState? _state;
    volatile MirrorSettings? _settings;
    string? _dueFor;
    long _endedAt;
    long _savedAt;
    int _failedPasses;

    /// <summary>The scope and interval of the mirror, or null for none. A changed resource replaces both.</summary>
    public MirrorSettings? Settings
    {
        get => _settings;
        set => _settings = value;
    }

    /// <summary>Waits until it is known what is in the store, and so what there is room for.</summary>
    public Func<CancellationToken, Task> UntilCountedAsync { get; init; } = static _ => Task.CompletedTask;

    /// <summary>How far the mirror is.</summary>
    public MirrorProgress Progress { get; } = new();

    /// <summary>
    /// Reads the projects that are mirrored, as far as the last pass got. None are known while that cannot be read.
    /// </summary>
    public async Task<IReadOnlyList<ProjectName>> ReadNamesAsync(CancellationToken cancellationToken)
    {
        try
        {
            var names = new List<ProjectName>();
            var state = _state ?? await MirrorState.OpenAsync(store, cancellationToken);
            await foreach (var project in state.ReadAsync(cancellationToken))
            {
                if (project.IsComplete)
                    names.Add(ProjectName.Parse(project.Name));
            }
            return names;
        }
        catch (MirrorStateException)
        {
            return []; // The next pass rebuilds it, and says so.
        }
    }

    /// <summary>Mirrors everything that changed, if it is time for that.</summary>
    /// <exception cref="IOException">The store fails.</exception>
    public async Task SyncIfDueAsync(CancellationToken cancellationToken)
    {
        if (Settings is not { } settings || filtered.Policy is not { Unavailable: null } policy
            || !IsDue(settings, policy))
        {
            return;
        }
        var (scope, began) = (settings.Scope, clock.GetTimestamp());
        try
        {
            await SyncAsync(scope, policy, cancellationToken);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            var message = (error as UpstreamUnavailableException)?.Detail ?? error.Message;
            Progress.AddFailure(message);
            if (error is not UpstreamUnavailableException)
                throw;
            Log.NotMirrored(logger, message);
        }
        finally
        {
            (_dueFor, _endedAt) = (DueFor(scope, policy), clock.GetTimestamp());
            _failedPasses = Progress.FailureCount == 0 ? 0 : _failedPasses + 1;
            await SaveAsync();
            Progress.End(clock.GetElapsedTime(began));
        }
    }

    bool IsDue(MirrorSettings settings, Policy policy)
    {
        var retry = _firstRetry * (1 << Math.Clamp(_failedPasses - 1, 0, 8));
        var pause = _failedPasses == 0 || settings.Interval < retry ? settings.Interval : retry;
        return _dueFor != DueFor(settings.Scope, policy) || clock.GetElapsedTime(_endedAt) >= pause;
    }

    async Task SyncAsync(MirrorScope scope, Policy policy, CancellationToken cancellationToken)
    {
        Progress.Begin();
        bool IsMirrored(ProjectName project) => scope.Contains(project) && policy.Judge(project) is null;
        try
        {
            await SyncAsync(await OpenAsync(cancellationToken), scope, policy, IsMirrored, cancellationToken);
        }
        catch (MirrorStateException error)
        {
            Log.StateRebuilt(logger, error.Message);
            Progress.AddNote(
                "The mirror's progress was rebuilt from the store, so each project is looked at again: "
                + error.Message);
            _state = await MirrorState.RebuildAsync(store, IsMirrored, cancellationToken);
            _state.Header = _state.Header with { Upstream = upstream.Url.AbsoluteUri };
            await SyncAsync(_state, scope, policy, IsMirrored, cancellationToken);
        }
        if (Progress.FailureCount == 0)
            Progress.LastSync = clock.GetUtcNow();
        Report();
    }

    async Task<MirrorState> OpenAsync(CancellationToken cancellationToken)
    {
        // Another replica may have mirrored meanwhile.
        if (_state is null || !await _state.IsCurrentAsync(cancellationToken))
        {
            var saved = await MirrorState.OpenAsync(store, cancellationToken);
            var all = await MirrorBatch.ReadAsync(
                saved.ReadAsync(cancellationToken), _ => true, project => project.IsComplete, "");
            Progress.Count(all.Total, all.Current);
            (Progress.LastSync, _state) = (saved.Header.LastSync, saved);
        }
        var url = upstream.Url.AbsoluteUri;
        if (_state.Header.Upstream != url)
        {
            _state = MirrorState.Begin(store);
            _state.Header = _state.Header with { Upstream = url };
        }
        return _state;
    }

    async Task SyncAsync(
        MirrorState state, MirrorScope scope, Policy policy, Predicate<ProjectName> isMirrored,
        CancellationToken cancellationToken)
    {
        var listing = new UpstreamListing(upstream, cached, scope, isMirrored);
        await listing.ReadAsync(state, $"{scope.Version}/{policy.SpecVersion}", cancellationToken);
        var rules = MirroredProject.GetRules(
            $"{scope.Version}/{policy.Version}{cached.Settings.Provenance?.Fingerprint}");
        var pass = new MirrorPass(cached, scope, policy, Progress, clock);
        var (now, last) = (clock.GetUtcNow(), "");
        MirrorBatch batch;
        do
        {
            batch = await MirrorBatch.ReadAsync(
                state.ReadAsync(cancellationToken), isMirrored, project => project.IsCurrent(rules, now), last);
            if (last.Length == 0)
                Begin(batch, scope, state.Header);
            if (batch.Due.Count > 0)
                await UntilCountedAsync(cancellationToken);
            await MirrorAsync(batch.Due, pass, state, rules, cancellationToken);
            last = batch.IsFull ? batch.Due[^1].Name : last;
        }
        while (batch.IsFull);
    }

    void Begin(MirrorBatch first, MirrorScope scope, MirrorHeader header)
    {
        Progress.Count(first.Total, first.Current);
        foreach (var entry in scope.Invalid)
            Progress.AddFailure($"'{entry}' in mirror.requirements is not valid: none of its files is mirrored.");
        foreach (var missing in header.Missing)
            Progress.AddNote($"Upstream has no project '{missing}'.");
    }

    async Task MirrorAsync(
        IReadOnlyList<MirroredProject> due, MirrorPass pass, MirrorState state, string rules,
        CancellationToken cancellationToken)
    {
        var few = new ParallelOptions
        {
            MaxDegreeOfParallelism = ServerLimits.MaxConcurrentMirrorFetches,
            CancellationToken = cancellationToken,
        };
        await Parallel.ForEachAsync(due, few, async (project, token) =>
        {
            var after = await pass.MirrorAsync(project, token) with { Rules = rules };
            state.Set(after);
            if (after.IsComplete)
                Progress.AddProject();
            if (state.IsSaveDue || clock.GetElapsedTime(Volatile.Read(ref _savedAt)) > _saveInterval)
                await SaveAsync();
        });
    }

    void Report()
    {
        Log.Mirrored(
            logger, Progress.ProjectsDone, Progress.ProjectsTotal, Progress.FilesFetched, Progress.BytesFetched,
            Progress.FailureCount);
        foreach (var message in Progress.Messages)
            Log.NotMirrored(logger, message);
    }

    async Task SaveAsync()
    {
        if (_state is not { } state)
            return;
        Volatile.Write(ref _savedAt, clock.GetTimestamp());
        state.Header = state.Header with { LastSync = Progress.LastSync };
        await state.SaveAsync();
    }

    /// <summary>
    /// With another scope, policy or upstream, a pass is due at once. Other advisories wait for the next one.
    /// </summary>
    string DueFor(MirrorScope scope, Policy policy) =>
        $"{scope.Version}/{policy.SpecVersion}/{upstream.Url.AbsoluteUri}";
}

/// <summary>The scope of a mirror, and how often upstream is asked for changes.</summary>
/// <param name="Scope">The projects that are mirrored.</param>
/// <param name="Interval">The time between two passes.</param>
sealed record MirrorSettings(MirrorScope Scope, TimeSpan Interval);
