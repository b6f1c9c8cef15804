using System.Collections.Concurrent;
using PyRepo.Packaging.Names;

namespace PyRepo.Server.Content.Records;

/// <summary>
/// The record objects that are in use, of each project one at most. One that nobody uses, and of which nothing is in
/// memory, is left to the garbage collector: a store may have a million projects, few of which anybody asks for.
/// </summary>
/// <remarks>
/// A caller that waits for a record's gate or its store holds the object, and the memory budget holds those whose
/// histories are in memory. A new object knows nothing that an earlier one did, and so reads the record again. Where other
/// processes write too, an object stays: it knows what the store need not send again.
/// </remarks>
sealed class LiveRecords(RecordContext context)
{
    /// <summary>After so many new objects, or as many as are in use, the references to lost ones are removed.</summary>
    const int MinNew = 1024;

    /// <summary>Each project's record, or a weak reference to it.</summary>
    readonly ConcurrentDictionary<ProjectName, object> _slots = new();

    int _new;
    int _sweepAfter = MinNew;

    /// <summary>How many objects there are, some of which may be gone.</summary>
    public int Count => _slots.Count;

    /// <summary>Returns a project's record, or null if nobody uses it.</summary>
    public ProjectRecord? Find(ProjectName project) =>
        _slots.TryGetValue(project, out var slot) ? Open(slot) : null;

    /// <summary>Returns a project's record.</summary>
    public ProjectRecord GetOrCreate(ProjectName project)
    {
        ProjectRecord? made = null;
        while (true)
        {
            var isThere = _slots.TryGetValue(project, out var slot);
            if (isThere && Open(slot!) is { } live)
                return live;
            made ??= new ProjectRecord(project, context);
            object own = context.IsShared ? made : new WeakReference<ProjectRecord>(made);
            if (isThere ? !_slots.TryUpdate(project, own, slot!) : !_slots.TryAdd(project, own))
                continue;
            if (!isThere && Interlocked.Increment(ref _new) >= Volatile.Read(ref _sweepAfter))
                Sweep();
            return made;
        }
    }

    /// <summary>Removes the references to objects that are gone.</summary>
    public void Sweep()
    {
        Interlocked.Exchange(ref _new, 0);
        var live = 0;
        foreach (var slot in _slots)
        {
            // An object that is gone never comes back, so nobody can have it.
            if (Open(slot.Value) is null)
                _slots.TryRemove(slot);
            else
                live++;
        }
        Volatile.Write(ref _sweepAfter, Math.Max(MinNew, live));
    }

    static ProjectRecord? Open(object slot) =>
        slot as ProjectRecord ?? (((WeakReference<ProjectRecord>)slot).TryGetTarget(out var record) ? record : null);
}
