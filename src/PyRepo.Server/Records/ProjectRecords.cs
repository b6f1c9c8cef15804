using System.Collections.Concurrent;
using PyRepo.Packaging.Names;
using PyRepo.Server.Caching;
using PyRepo.Storage;

namespace PyRepo.Server.Records;

/// <summary>The records of a store, and the names of the projects that have one.</summary>
sealed class ProjectRecords(IStore store, MemoryBudget budget, TimeProvider clock)
{
    readonly IStore _store = store;
    readonly MemoryBudget _budget = budget;
    readonly TimeProvider _clock = clock;
    readonly ConcurrentDictionary<ProjectName, ProjectRecord> _records = new();
    readonly ConcurrentDictionary<ProjectName, Totals> _known = new();
    long _generation;
    NameList? _names;

    /// <summary>Finds the names in the store. Call this once, before anything else.</summary>
    /// <exception cref="InvalidDataException">
    /// A record is there but cannot be read. Its project must not be taken for unknown.
    /// </exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await foreach (var found in _store.ListAsync(StorageLayout.Projects, null, RejectRecord, cancellationToken))
        {
            // A failed write leaves an empty record. Such a project has no events.
            if (found.Length > 0 && StorageLayout.TryParseRecord(found.Key, out var project))
                _known[project] = default;
        }
    }

    /// <summary>Returns a project's record, or null if the project has no events.</summary>
    public ProjectRecord? Find(ProjectName project) => _known.ContainsKey(project) ? GetOrCreate(project) : null;

    /// <summary>Returns a project's record for a change. The record may be empty.</summary>
    public ProjectRecord GetOrCreate(ProjectName project) => _records.GetOrAdd(
        project, static (name, self) =>
            new ProjectRecord(name, self._store, self._budget, self._clock) { Changed = self.Update }, this);

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

    /// <summary>Reads every record once, one after the other. Reports and skips records that cannot be read.</summary>
    /// <param name="look">Receives each history.</param>
    /// <param name="failed">Receives the error of each record that cannot be read.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task ReadAllAsync(
        Action<ProjectName, ProjectHistory> look, Action<Exception> failed, CancellationToken cancellationToken)
    {
        foreach (var (project, _) in _known)
        {
            try
            {
                await GetOrCreate(project).ReadAsync(
                    history =>
                    {
                        look(project, history);
                        return true;
                    },
                    cancellationToken);
            }
            catch (Exception error) when (error is InvalidDataException or UnauthorizedAccessException
                or (IOException and not StoreUnavailableException))
            {
                failed(error);
            }
        }
    }

    static void RejectRecord(SkippedEntry skipped)
    {
        if (skipped.Name == StorageLayout.Projects || StorageLayout.TryParseRecord(skipped.Name, out _))
            throw new InvalidDataException($"'{skipped.Name}' cannot be read. {skipped.Reason}");
    }

    void Update(ProjectName project, ProjectHistory history)
    {
        var isNew = !_known.ContainsKey(project);
        _known[project] = new Totals(history.FileCount, history.TotalSize);
        if (isNew)
            Interlocked.Increment(ref _generation);
    }

    readonly record struct Totals(int Files, long Bytes);
}
