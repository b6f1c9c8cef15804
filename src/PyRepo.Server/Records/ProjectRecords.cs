using System.Collections.Concurrent;
using PyRepo.Packaging.Names;
using PyRepo.Server.Caching;
using PyRepo.Server.Repositories;
using PyRepo.Storage;

namespace PyRepo.Server.Records;

/// <summary>The records of a store, and the names of the projects that have one.</summary>
sealed class ProjectRecords
{
    readonly IStore _store;
    readonly MemoryBudget _budget;
    readonly TimeProvider _clock;
    readonly ConcurrentDictionary<ProjectName, ProjectRecord> _records = new();
    readonly ConcurrentDictionary<ProjectName, Totals> _known = new();

    // One of each for all records.
    readonly Action<ProjectName, ProjectHistory> _update;
    readonly Action<ProjectName> _forget;
    readonly Predicate<ProjectName> _isKnown;
    long _generation;
    NameList? _names;

    public ProjectRecords(IStore store, MemoryBudget budget, TimeProvider clock)
    {
        (_store, _budget, _clock) = (store, budget, clock);
        (_update, _forget, _isKnown) = (Update, Forget, _known.ContainsKey);
    }

    /// <summary>Finds the names in the store. Call this once, before anything else.</summary>
    /// <remarks>
    /// A project is known if something has the name of its record, even if that is empty or no file at all: otherwise,
    /// a group could go on to a proxy for a private name.
    /// </remarks>
    /// <exception cref="InvalidDataException">The folder of the records cannot be read.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await foreach (var found in _store.ListAsync(
            StorageLayout.Projects, folder => Register(folder.TrimEnd('/')), Register, cancellationToken))
        {
            Register(found.Key);
        }
    }

    /// <summary>Returns a project's record, or null if the project is not known.</summary>
    public ProjectRecord? Find(ProjectName project) => _known.ContainsKey(project) ? GetOrCreate(project) : null;

    /// <summary>
    /// Returns the version of a project's current snapshot, or null if its record has to be read to know it.
    /// </summary>
    public SnapshotVersion? FindVersion(ProjectName project) =>
        !_known.TryGetValue(project, out var known) ? SnapshotVersion.NotKnown
        : known.Serial > 0 ? new SnapshotVersion(ProjectHistory.VersionOf(known.Serial))
        : null;

    /// <summary>Returns a project's record for a change. The record may be empty.</summary>
    public ProjectRecord GetOrCreate(ProjectName project) => _records.GetOrAdd(
        project, static (name, self) =>
            new ProjectRecord(name, self._store, self._budget, self._clock)
            {
                Changed = self._update,
                Forgotten = self._forget,
                MustExist = self._isKnown,
            },
        this);

    /// <summary>All names, sorted, with a generation that changes whenever the names change.</summary>
    public NameList Names
    {
        get
        {
            var generation = Volatile.Read(ref _generation);
            if (_names is { } names && names.Generation == generation)
                return names;
            return _names = new NameList(
                [.. _known.Keys.OrderBy(n => n.Value, StringComparer.Ordinal)], generation);
        }
    }

    /// <summary>The number of projects, visible files and their bytes, based on the records read so far.</summary>
    public (int Projects, long Files, long Bytes) Total()
    {
        var (files, bytes) = (0L, 0L);
        foreach (var (_, total) in _known)
            (files, bytes) = (files + total.Files, bytes + total.Bytes);
        return (_known.Count, files, bytes);
    }

    /// <summary>
    /// Reads every record once, one after the other, and keeps none in memory. Reports and skips records that cannot be
    /// read.
    /// </summary>
    /// <param name="look">Receives each history.</param>
    /// <param name="failed">Receives the error of each record that cannot be read.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task ReadAllAsync(
        Action<ProjectName, ProjectHistory> look, Action<ProjectName, Exception> failed,
        CancellationToken cancellationToken)
    {
        foreach (var (project, _) in _known)
        {
            try
            {
                await GetOrCreate(project).ScanAsync(history => look(project, history), cancellationToken);
            }
            catch (Exception error) when (error is InvalidDataException or UnauthorizedAccessException
                or (IOException and not StoreUnavailableException))
            {
                failed(project, error);
            }
        }
    }

    bool Register(string key)
    {
        if (!StorageLayout.TryParseRecord(key, out var project))
            return false;
        _known[project] = default;
        return true;
    }

    void Register(SkippedEntry skipped)
    {
        if (skipped.Name == StorageLayout.Projects)
            throw new InvalidDataException($"'{skipped.Name}' cannot be read. {skipped.Reason}");
        Register(skipped.Name.TrimEnd('/'));
    }

    void Update(ProjectName project, ProjectHistory history)
    {
        var isNew = !_known.ContainsKey(project);
        _known[project] = new Totals(history.Serial, history.FileCount, history.TotalSize);
        if (isNew)
            Interlocked.Increment(ref _generation);
    }

    void Forget(ProjectName project)
    {
        if (_known.TryGetValue(project, out var known))
            _known[project] = known with { Serial = 0 };
    }

    /// <param name="Serial">The number of events, or 0 if the record has to be read to know it.</param>
    /// <param name="Files">The visible files.</param>
    /// <param name="Bytes">Their size.</param>
    readonly record struct Totals(long Serial, int Files, long Bytes);
}
