using System.Collections.Concurrent;
using PyRepo.Packaging.Names;
using PyRepo.Server.Caching;
using PyRepo.Storage;

namespace PyRepo.Server.Records;

/// <summary>The records of one store, and the names of the projects that have one.</summary>
sealed class ProjectRecords(IStore store, MemoryBudget budget, TimeProvider clock)
{
    readonly IStore _store = store;
    readonly MemoryBudget _budget = budget;
    readonly TimeProvider _clock = clock;
    readonly ConcurrentDictionary<ProjectName, ProjectRecord> _records = new();
    readonly ConcurrentDictionary<ProjectName, Totals> _known = new();
    long _generation;
    NameList? _names;

    /// <summary>Finds the names in the store. Asked once, before anything else.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await foreach (var found in _store.ListAsync(StorageLayout.Projects, null, cancellationToken))
        {
            // A record of no bytes is what a write that failed leaves: nothing ever happened to that project.
            if (found.Length > 0 && StorageLayout.TryParseRecord(found.Key, out var project))
                _known[project] = default;
        }
    }

    /// <summary>A project's record; null when nothing ever happened to it.</summary>
    public ProjectRecord? Find(ProjectName project) => _known.ContainsKey(project) ? GetOrCreate(project) : null;

    /// <summary>A project's record, perhaps an empty one, for a change.</summary>
    public ProjectRecord GetOrCreate(ProjectName project) => _records.GetOrAdd(
        project, static (name, self) => new ProjectRecord(name, self._store, self._budget, self._clock) { Changed = self.TakeUp }, this);

    /// <summary>All names, sorted, with a version that differs whenever they do.</summary>
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

    /// <summary>Projects, visible files and their bytes, as far as the records were read yet.</summary>
    public (int Projects, long Files, long Bytes) Total()
    {
        var (files, bytes) = (0L, 0L);
        foreach (var (_, total) in _known)
            (files, bytes) = (files + total.Files, bytes + total.Bytes);
        return (_known.Count, files, bytes);
    }

    /// <summary>Reads every record once, one after the other; those that can't be read are told and passed over.</summary>
    /// <param name="look">Sees each history.</param>
    /// <param name="failed">Told of each record that can't be read.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
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
            catch (Exception error) when (error is InvalidDataException or IOException)
            {
                failed(error);
            }
        }
    }

    void TakeUp(ProjectName project, ProjectHistory history)
    {
        var isNew = !_known.ContainsKey(project);
        _known[project] = new Totals(history.FileCount, history.TotalSize);
        if (isNew)
            Interlocked.Increment(ref _generation);
    }

    readonly record struct Totals(int Files, long Bytes);
}
