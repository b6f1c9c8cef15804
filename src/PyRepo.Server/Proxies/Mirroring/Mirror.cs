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
/// pass that was interrupted continues, and asks only for what may have changed.
/// </remarks>
sealed class Mirror(
    SimpleClient upstream, CachedRepository cached, FilteredRepository filtered, IStore store, TimeProvider clock,
    ILogger logger)
{
    static readonly TimeSpan _saveInterval = TimeSpan.FromSeconds(30);

    /// <summary>How long to wait after a pass in which something failed; longer after each further one.</summary>
    static readonly TimeSpan _firstRetry = TimeSpan.FromSeconds(30);

    readonly UpstreamListing _listing = new(upstream, cached);
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

    /// <summary>How far the mirror is.</summary>
    public MirrorProgress Progress { get; } = new();

    /// <summary>The projects that are mirrored, as far as the last pass got. Empty before the first one.</summary>
    public IReadOnlyList<ProjectName> Names =>
        [.. (_state?.Projects ?? []).Where(p => p.Value.IsComplete).Select(p => ProjectName.Parse(p.Key))];

    /// <summary>Mirrors everything that changed, if it is time for that.</summary>
    /// <exception cref="IOException">The store fails.</exception>
    public async Task SyncIfDueAsync(CancellationToken cancellationToken)
    {
        if (Settings is not { } settings || filtered.Policy is not { Unavailable: null } policy
            || !IsDue(settings, policy))
        {
            return;
        }
        var scope = settings.Scope;
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
            Progress.End();
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
        _state ??= Resumed(await MirrorState.ReadAsync(store, cancellationToken));
        if (_state.Upstream != upstream.Url.AbsoluteUri)
            _state = new MirrorState { Upstream = upstream.Url.AbsoluteUri };
        var rules = $"{scope.Version}/{policy.Version}{cached.Settings.Provenance?.Fingerprint}";
        var (state, projects) = await _listing.ReadAsync(_state, scope, policy, cancellationToken);
        _state = state;
        var due = projects.Where(p => !state.Projects[p.Value].IsCurrent(rules, clock.GetUtcNow())).ToList();
        Progress.Count(projects.Count, projects.Count - due.Count);
        foreach (var entry in scope.Invalid)
            Progress.AddFailure($"'{entry}' in mirror.requirements is not valid: none of its files is mirrored.");
        foreach (var missing in state.Missing)
            Progress.AddNote($"Upstream has no project '{missing}'.");
        var pass = new MirrorPass(cached, scope, policy, Progress, clock);
        var few = new ParallelOptions
        {
            MaxDegreeOfParallelism = ServerLimits.MaxConcurrentMirrorFetches,
            CancellationToken = cancellationToken,
        };
        await Parallel.ForEachAsync(due, few, async (project, token) =>
        {
            var after = await pass.MirrorAsync(project, state.Projects[project.Value], token) with { Rules = rules };
            state.Projects[project.Value] = after;
            if (after.IsComplete)
                Progress.AddProject();
            if (clock.GetElapsedTime(Volatile.Read(ref _savedAt)) > _saveInterval)
                await SaveAsync();
        });
        if (Progress.FailureCount == 0)
            Progress.LastSync = clock.GetUtcNow();
        Report();
    }

    MirrorState Resumed(MirrorState state)
    {
        Progress.Count(state.Projects.Count, state.Projects.Values.Count(p => p.IsComplete));
        Progress.LastSync = state.LastSync;
        return state;
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
        await (state with { LastSync = Progress.LastSync }).WriteAsync(store, CancellationToken.None);
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
