using Microsoft.Extensions.Logging;
using PyRepo.Packaging.Names;
using PyRepo.Server.Limits;
using PyRepo.Server.Policies;
using PyRepo.Server.Proxies;
using PyRepo.Server.Upstream;
using PyRepo.Storage;

namespace PyRepo.Server.Mirroring;

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

    MirrorState? _state;
    string? _rules;
    long _endedAt;
    long _savedAt;
    int _failedPasses;
    readonly List<string> _missing = [];

    /// <summary>What is mirrored, or null for nothing. The resource may change this at any time.</summary>
    public MirrorScope? Scope { get; set; }

    /// <summary>How often upstream is asked for changes.</summary>
    public TimeSpan Interval { get; set; }

    /// <summary>How far the mirror is.</summary>
    public MirrorProgress Progress { get; } = new();

    /// <summary>The projects that are mirrored, as far as the last pass got. Empty before the first one.</summary>
    public IReadOnlyList<ProjectName> Names => _state is not { } state ? [] : NamesIn(state);

    /// <summary>Mirrors everything that changed, if it is time for that.</summary>
    public async Task SyncIfDueAsync(CancellationToken cancellationToken)
    {
        if (Scope is { } scope && filtered.Policy is { Unavailable: null } policy && IsDue(scope, policy))
            await SyncAsync(scope, policy, cancellationToken);
    }

    bool IsDue(MirrorScope scope, Policy policy)
    {
        var pause = _failedPasses == 0 ? Interval : Shorter(Interval, _firstRetry * (1 << Math.Min(_failedPasses - 1, 8)));
        return _rules != RulesOf(scope, policy) || clock.GetElapsedTime(_endedAt) >= pause;
    }

    async Task SyncAsync(MirrorScope scope, Policy policy, CancellationToken cancellationToken)
    {
        var rules = RulesOf(scope, policy);
        if (_state is null)
        {
            _state = await MirrorState.ReadAsync(store, cancellationToken);
            Progress.Resume(_state.Projects.Count, _state.Projects.Values.Count(p => p.IsComplete), _state.LastSync);
        }
        try
        {
            _missing.Clear();
            var listed = await ListAsync(scope, cancellationToken);
            var due = listed.Where(p => !_state.Projects[p.Value].IsCurrent(rules, clock.GetUtcNow())).ToList();
            Progress.Begin(listed.Count, listed.Count - due.Count);
            foreach (var missing in _missing)
                Progress.AddNote($"Upstream has no project '{missing}'.");
            var pass = new MirrorPass(cached, scope, policy, Progress, clock);
            await Parallel.ForEachAsync(
                due,
                new ParallelOptions
                {
                    MaxDegreeOfParallelism = ServerLimits.MaxConcurrentMirrorFetches,
                    CancellationToken = cancellationToken,
                },
                (project, token) => MirrorAsync(pass, project, rules, token));
            if (Progress.FailureCount == 0)
                Progress.LastSync = clock.GetUtcNow();
            (_rules, _endedAt) = (rules, clock.GetTimestamp());
            _failedPasses = Progress.FailureCount == 0 ? 0 : _failedPasses + 1;
            Report();
        }
        catch (UpstreamUnavailableException error)
        {
            Progress.AddFailure(error.Message);
            (_endedAt, _failedPasses) = (clock.GetTimestamp(), _failedPasses + 1);
            _rules = rules;
            Log.NotMirrored(logger, error.Message);
        }
        finally
        {
            await SaveAsync();
            Progress.End();
        }
    }

    void Report()
    {
        Log.Mirrored(
            logger, Progress.ProjectsDone, Progress.ProjectsTotal, Progress.FilesFetched, Progress.BytesFetched,
            Progress.FailureCount);
        foreach (var failure in Progress.Failures)
            Log.NotMirrored(logger, failure);
    }

    async ValueTask MirrorAsync(MirrorPass pass, ProjectName project, string rules, CancellationToken cancellationToken)
    {
        MirroredProject before;
        lock (_state!)
            before = _state.Projects[project.Value];
        var after = await pass.MirrorAsync(project, before, cancellationToken) with { Rules = rules };
        lock (_state)
            _state.Projects[project.Value] = after;
        if (after.IsComplete)
            Progress.AddProject();
        if (clock.GetElapsedTime(Volatile.Read(ref _savedAt)) > _saveInterval)
            await SaveAsync();
    }

    /// <summary>Returns the projects to mirror, and notes what upstream lists about them.</summary>
    /// <exception cref="UpstreamUnavailableException">Upstream does not say what it has.</exception>
    async Task<List<ProjectName>> ListAsync(MirrorScope scope, CancellationToken cancellationToken)
    {
        var url = upstream.Url.AbsoluteUri;
        if (_state!.Upstream != url)
            _state = new MirrorState { Upstream = url };
        if (scope.Named is { } named)
            return Note(named.Select(name => (name, (long?)null)));
        var known = _state.ListETag is null && _state.ListLastModified is null
            ? null
            : new PageValidators(_state.ListETag, _state.ListLastModified);
        if (await upstream.ListAsync(known, cancellationToken) is not var (list, validators))
            return [.. _state.Projects.Keys.Select(ProjectName.Parse).Where(scope.Contains)];
        var projects = UpstreamSnapshot.SerialsOf(list).Where(p => scope.Contains(p.Name)).ToList();
        var listed = projects.Select(p => p.Name.Value).ToHashSet(StringComparer.Ordinal);
        // What upstream no longer lists may be gone: its page says so once it is read again.
        var gone = _state.Projects.Where(p => p.Value.Listed is not null && !listed.Contains(p.Key)).ToList();
        foreach (var (name, _) in gone)
            _state.Projects.Remove(name);
        foreach (var (name, _) in gone)
            await cached.GetFromUpstreamAsync(ProjectName.Parse(name), null);
        foreach (var missing in scope.Missing(listed))
            _missing.Add(missing);
        var noted = Note(projects);
        _state = _state with { ListETag = validators.ETag, ListLastModified = validators.LastModified };
        return noted;
    }

    List<ProjectName> Note(IEnumerable<(ProjectName Name, long? Serial)> projects)
    {
        var names = new List<ProjectName>();
        foreach (var (name, serial) in projects)
        {
            names.Add(name);
            var before = _state!.Projects.GetValueOrDefault(name.Value) ?? new MirroredProject();
            _state.Projects[name.Value] = before with { Listed = serial };
        }
        return names;
    }

    async Task SaveAsync()
    {
        if (_state is null)
            return;
        Volatile.Write(ref _savedAt, clock.GetTimestamp());
        MirrorState copy;
        lock (_state)
            copy = _state with { LastSync = Progress.LastSync, Projects = new(_state.Projects) };
        await copy.WriteAsync(store, CancellationToken.None);
    }

    static List<ProjectName> NamesIn(MirrorState state)
    {
        lock (state)
            return [.. state.Projects.Where(p => p.Value.IsComplete).Select(p => ProjectName.Parse(p.Key))];
    }

    static string RulesOf(MirrorScope scope, Policy policy) => $"{scope.Version}/{policy.Version}";

    static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
