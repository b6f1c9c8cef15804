using System.Runtime.CompilerServices;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Records;
using PyRepo.Storage;

namespace PyRepo.Server.Proxies.Mirroring;

/// <summary>
/// The progress of a mirror in the store, so that it resumes after a stop and asks only for what changed. Only what
/// changed since the last save is in memory, however many projects there are.
/// </summary>
sealed class MirrorState
{
    /// <summary>The projects that may have changed until they are saved.</summary>
    const int MaxChanged = 50_000;

    /// <summary>The runs after the first one, until they become one. Each reading reads all of them.</summary>
    const int MaxRuns = 8;

    /// <summary>The first run is written anew once the others have this share of its projects.</summary>
    const int MergedShare = 4;

    readonly IStore _store;
    readonly Lock _lock = new();
    readonly SemaphoreSlim _turn = new(1, 1);
    readonly Dictionary<string, MirroredProject> _changed = new(StringComparer.Ordinal);
    MirrorHeader _header;
    MirrorHeader _saved;

    /// <summary>Whether the store has only the runs that count.</summary>
    bool _isAlone;

    MirrorState(IStore store, MirrorHeader header) => (_store, _header, _saved) = (store, header, header);

    /// <summary>The facts about upstream's list. They are saved with the projects.</summary>
    public MirrorHeader Header
    {
        get => _header;
        set
        {
            lock (_lock)
                _header = value with { Runs = _header.Runs };
        }
    }

    /// <summary>Whether so much changed that it should be saved.</summary>
    public bool IsSaveDue
    {
        get
        {
            lock (_lock)
                return _changed.Count >= MaxChanged;
        }
    }

    /// <summary>Begins a state of nothing. What is saved stays until this one is.</summary>
    public static MirrorState Begin(IStore store) => new(store, new MirrorHeader());

    /// <summary>Reads the state, or begins one if there is none.</summary>
    /// <exception cref="MirrorStateException">It cannot be read.</exception>
    public static async Task<MirrorState> OpenAsync(IStore store, CancellationToken cancellationToken)
    {
        if (await MirrorHeader.ReadAsync(store, cancellationToken) is not { } header)
        {
            await foreach (var found in store.ListAsync(StorageLayout.MirrorFolder, null, cancellationToken))
            {
                if (StorageLayout.TryParseMirrorRun(found.Key, out _))
                    throw new MirrorStateException($"'{StorageLayout.MirrorState}' is missing.");
            }
            return Begin(store);
        }
        var state = new MirrorState(store, header with { Projects = null });
        foreach (var (name, project) in header.Projects ?? [])
        {
            if (ProjectName.IsNormalized(name))
            {
                state.Set(project with
                {
                    Name = name,
                    Rules = project.Rules is { } rules ? MirroredProject.GetRules(rules) : null,
                });
            }
        }
        return state;
    }

    /// <summary>Begins a state with the projects of which the store has pages: what they lack is not known.</summary>
    public static async Task<MirrorState> RebuildAsync(
        IStore store, Predicate<ProjectName> isMirrored, CancellationToken cancellationToken)
    {
        var state = Begin(store);
        await foreach (var found in store.ListAsync(StorageLayout.UpstreamFolder, IsFolder, cancellationToken))
        {
            // A serial that no project has: whether upstream still lists it must be found out.
            if (StorageLayout.TryParseUpstreamPage(found.Key, out var project) && isMirrored(project))
                await state.AddAsync(new MirroredProject { Name = project.Value, Listed = 0 });
        }
        return state;
    }

    /// <summary>Whether nobody else has saved a state since this one was opened or saved.</summary>
    /// <exception cref="MirrorStateException">What is saved cannot be read.</exception>
    public async Task<bool> IsCurrentAsync(CancellationToken cancellationToken) =>
        (await MirrorHeader.ReadAsync(_store, cancellationToken))?.Runs is { } runs
            ? runs.SequenceEqual(_saved.Runs) : _saved.Runs.Count == 0;

    /// <summary>Notes how far a project is.</summary>
    public void Set(MirroredProject project)
    {
        lock (_lock)
            _changed[project.Name] = project;
    }

    /// <summary>Notes how far one of many projects is, and saves now and then.</summary>
    public async ValueTask AddAsync(MirroredProject project)
    {
        Set(project);
        if (IsSaveDue)
            await SaveProjectsAsync();
    }

    /// <summary>Reads all projects as they are now, in the order of their names.</summary>
    /// <exception cref="MirrorStateException">They cannot be read.</exception>
    public async IAsyncEnumerable<MirroredProject> ReadAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var runs = new List<MirrorRun>();
        try
        {
            List<MirroredProject> changed;
            await _turn.WaitAsync(cancellationToken);
            try
            {
                foreach (var run in _header.Runs)
                    runs.Add(await OpenAsync(run, cancellationToken));
                lock (_lock)
                    changed = [.. _changed.Values];
            }
            finally
            {
                _turn.Release();
            }
            var merged = MirrorMerge.ReadAsync(
                [.. runs.Select(run => run.ReadAsync(cancellationToken)), Order(changed)], cancellationToken);
            await foreach (var project in merged)
            {
                if (!project.IsRemoved)
                    yield return project;
            }
        }
        finally
        {
            foreach (var run in runs)
                await run.DisposeAsync();
        }
    }

    /// <summary>Saves what changed. Nothing is written if nothing did.</summary>
    /// <exception cref="IOException">The store fails. What changed is still in memory.</exception>
    public async Task SaveAsync()
    {
        await SaveProjectsAsync();
        await _turn.WaitAsync();
        try
        {
            await WriteHeaderAsync(Header);
            if (!_isAlone)
                await RemoveOthersAsync();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Saves the projects, with what the last save said of upstream's list.</summary>
    async Task SaveProjectsAsync()
    {
        await _turn.WaitAsync();
        try
        {
            Dictionary<string, MirroredProject> saving;
            lock (_lock)
                saving = new(_changed, StringComparer.Ordinal);
            if (saving.Count == 0)
                return;
            await AppendAsync(Order(saving.Values));
            lock (_lock)
            {
                foreach (var (name, project) in saving)
                {
                    if (ReferenceEquals(_changed[name], project))
                        _changed.Remove(name);
                }
            }
            if (_header.Runs.Count > MaxRuns)
                await MergeAsync();
        }
        finally
        {
            _turn.Release();
        }
    }

    async Task AppendAsync(IAsyncEnumerable<MirroredProject> projects)
    {
        var run = await WriteRunAsync(projects);
        await WriteHeaderAsync(_saved with { Runs = [.. _header.Runs, run] });
    }

    /// <summary>Makes one run of all but the first one, or of all.</summary>
    async Task MergeAsync()
    {
        var all = _header.Runs;
        var isWhole = all.Skip(1).Sum(run => run.Projects) >= all[0].Projects / MergedShare;
        var opened = new List<MirrorRun>();
        MirrorRunEntry merged;
        try
        {
            foreach (var run in isWhole ? all : all.Skip(1))
                opened.Add(await OpenAsync(run, CancellationToken.None));
            var projects = MirrorMerge.ReadAsync(
                [.. opened.Select(run => run.ReadAsync(CancellationToken.None))], CancellationToken.None);
            merged = await WriteRunAsync(isWhole ? projects.Where(each => !each.IsRemoved) : projects);
        }
        finally
        {
            foreach (var run in opened)
                await run.DisposeAsync();
        }
        await WriteHeaderAsync(_saved with { Runs = isWhole ? [merged] : [all[0], merged] });
        await RemoveOthersAsync();
    }

    async Task<MirrorRunEntry> WriteRunAsync(IAsyncEnumerable<MirroredProject> projects)
    {
        var number = 1L;
        await foreach (var found in _store.ListAsync(StorageLayout.MirrorFolder, null, CancellationToken.None))
            number = StorageLayout.TryParseMirrorRun(found.Key, out var used) ? Math.Max(number, used + 1) : number;
        var count = await MirrorRun.WriteAsync(
            _store, StorageLayout.MirrorRun(number), projects, CancellationToken.None);
        return new MirrorRunEntry(number, count);
    }

    async Task WriteHeaderAsync(MirrorHeader header)
    {
        if (header == _saved)
            return;
        await header.WriteAsync(_store, CancellationToken.None);
        lock (_lock)
            (_saved, _header) = (header, _header with { Runs = header.Runs });
    }

    /// <summary>Removes the runs that no longer count, also those of a process that was killed.</summary>
    async Task RemoveOthersAsync()
    {
        var counting = _header.Runs.Select(run => run.Number).ToHashSet();
        var others = new List<string>();
        await foreach (var found in _store.ListAsync(StorageLayout.MirrorFolder, null, CancellationToken.None))
        {
            if (StorageLayout.TryParseMirrorRun(found.Key, out var number) && !counting.Contains(number))
                others.Add(found.Key);
        }
        foreach (var key in others)
            await _store.DeleteAsync(key, CancellationToken.None);
        _isAlone = true;
    }

    Task<MirrorRun> OpenAsync(MirrorRunEntry run, CancellationToken cancellationToken) =>
        MirrorRun.OpenAsync(_store, StorageLayout.MirrorRun(run.Number), cancellationToken);

    static IAsyncEnumerable<MirroredProject> Order(IEnumerable<MirroredProject> projects) =>
        projects.OrderBy(each => each.Name, StringComparer.Ordinal).ToAsyncEnumerable();

    static bool IsFolder(ReadOnlySpan<char> folder) => !folder.SequenceEqual(StorageLayout.UpstreamFolder);
}
