using System.Collections.Immutable;
using PyRepo.Packaging.Names;

namespace PyRepo.Server.Content.Records;

/// <summary>
/// The writes to records that this process acknowledged a while ago. A record is a log: if it no longer has what was
/// acknowledged, the service let somebody else overwrite it, although each write has a condition.
/// </summary>
/// <param name="clock">Tells how long ago a write was.</param>
sealed class AcknowledgedWrites(TimeProvider clock)
{
    /// <summary>Of all records. Whoever overwrites a write does so at about the same time.</summary>
    internal const int MaxEvents = 4000;

    static readonly TimeSpan _kept = TimeSpan.FromMinutes(15);

    readonly Lock _lock = new();
    readonly Queue<(long At, AcknowledgedWrite Write)> _writes = new();
    readonly Dictionary<ProjectName, ImmutableList<AcknowledgedWrite>> _ofProject = [];
    int _events;

    /// <summary>Notes a write.</summary>
    public void Add(AcknowledgedWrite write)
    {
        if (write.Events[0].WriteId is null)
            return; // Nobody else can write.
        lock (_lock)
        {
            _writes.Enqueue((clock.GetTimestamp(), write));
            _events += write.Events.Length;
            _ofProject[write.Project] = (_ofProject.GetValueOrDefault(write.Project) ?? []).Add(write);
            // One write may have more events than fit, as the deletion of a large project.
            while (_writes.TryPeek(out var oldest)
                && (_events > MaxEvents || clock.GetElapsedTime(oldest.At) > _kept))
            {
                Drop(_writes.Dequeue().Write);
            }
        }
    }

    /// <summary>
    /// Returns what was acknowledged of a project up to now. What is read from now on must have it.
    /// </summary>
    public ImmutableList<AcknowledgedWrite> Of(ProjectName project)
    {
        lock (_lock)
            return _ofProject.GetValueOrDefault(project) ?? [];
    }

    /// <summary>Forgets writes that were lost. Returns those that nobody else has noticed before.</summary>
    public ImmutableArray<AcknowledgedWrite> Take(ProjectName project, IEnumerable<AcknowledgedWrite> lost)
    {
        lock (_lock)
        {
            var known = _ofProject.GetValueOrDefault(project) ?? [];
            ImmutableArray<AcknowledgedWrite> taken = [.. lost.Where(known.Contains)];
            if (!taken.IsEmpty)
                _ofProject[project] = known.RemoveRange(taken);
            return taken;
        }
    }

    void Drop(AcknowledgedWrite write)
    {
        _events -= write.Events.Length;
        if (!_ofProject.TryGetValue(write.Project, out var others))
            return;
        if (others.Remove(write) is { IsEmpty: false } rest)
            _ofProject[write.Project] = rest;
        else
            _ofProject.Remove(write.Project);
    }
}
