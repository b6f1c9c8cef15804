using PyRepo.Packaging.Names;

namespace PyRepo.Server.Content.Records;

/// <summary>
/// The serials of a store's events. They grow from project to project, as PyPI's do: a mirror remembers the highest
/// that it saw, and asks only for projects with a higher one.
/// </summary>
/// <remarks>
/// Replicas have no counter in common, so a serial is the time of the event in microseconds, or one more than the
/// highest that is known where the clock went back. A change that becomes visible later than one with a higher serial
/// would be missed for ever. Therefore no list shows a serial above the bound up to which everything is visible.
/// </remarks>
sealed class IndexSerials
{
    /// <summary>How long another replica's write may take, and how much its clock may be behind, together.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    readonly Lock _lock = new();

    /// <summary>The lowest serial of each project's events that may become visible later.</summary>
    readonly Dictionary<ProjectName, long> _open = [];
    readonly HashSet<ProjectName> _uncertain = [];
    long _highest;
    long? _settled;
    long? _epoch;

    /// <summary>The highest serial when the last write became uncertain that the store may still take up.</summary>
    long _late;

    /// <summary>Returns the serial that follows from a time.</summary>
    public static long FromTime(DateTimeOffset time) =>
        Math.Max(0, (time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond);

    /// <summary>Notes a serial that is in the store.</summary>
    public void Note(long serial)
    {
        lock (_lock)
            _highest = Math.Max(_highest, serial);
    }

    /// <summary>
    /// Notes when the store was last written to, in seconds. The events of then count before any record is read.
    /// </summary>
    public void NoteWrite(DateTimeOffset at)
    {
        if (at < DateTimeOffset.MaxValue.AddSeconds(-1))
            Note(FromTime(at.AddSeconds(1)));
    }

    /// <summary>Takes a serial for an event that is about to be written: the wanted one, or a higher one.</summary>
    public long Take(ProjectName project, long wanted)
    {
        lock (_lock)
        {
            _highest = Math.Max(wanted, _highest + 1);
            _open.TryAdd(project, _highest);
            return _highest;
        }
    }

    /// <summary>Notes that a project's events are visible, as far as they are in the store.</summary>
    public void Close(ProjectName project)
    {
        lock (_lock)
        {
            if (_open.Count > 0 && _open.Remove(project))
                _uncertain.Remove(project);
        }
    }

    /// <summary>Notes that it is not known what became of a project's write: its record has to be read.</summary>
    /// <param name="project">The project.</param>
    /// <param name="mayArrive">Whether the store may take up the write even after the record was read.</param>
    public void MarkUncertain(ProjectName project, bool mayArrive)
    {
        lock (_lock)
        {
            if (_open.ContainsKey(project))
                _uncertain.Add(project);
            if (mayArrive)
                (_epoch, _late) = (null, _highest);
        }
    }

    /// <summary>The projects whose records have to be read before lists can show later changes.</summary>
    public IReadOnlyList<ProjectName> Uncertain
    {
        get
        {
            lock (_lock)
                return _uncertain.Count == 0 ? [] : [.. _uncertain];
        }
    }

    /// <summary>Notes that all records were read.</summary>
    /// <param name="began">When the reading began. What was visible to others then, less the margin, was read.</param>
    /// <param name="epoch">
    /// The epoch in which it began, or null if others might be writing. While it lasts, only this process writes.
    /// </param>
    public void NoteReading(DateTimeOffset began, long? epoch)
    {
        var settled = FromTime(began - Margin);
        lock (_lock)
            (_settled, _epoch) = (settled, settled >= _late ? epoch : null);
    }

    /// <summary>
    /// Returns the serial up to which all events are visible, or null if the records have not been read yet.
    /// </summary>
    /// <param name="epoch">The epoch now.</param>
    public long? FindBound(long? epoch)
    {
        lock (_lock)
        {
            if (_settled is not { } settled)
                return null;
            var bound = epoch is not null && epoch == _epoch ? _highest : Math.Min(_highest, settled);
            foreach (var serial in _open.Values)
                bound = Math.Min(bound, serial - 1);
            return bound;
        }
    }
}
