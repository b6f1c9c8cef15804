using System.Collections.Immutable;
using PyRepo.Packaging.Versions;

namespace PyRepo.Advisories;

/// <summary>A range of affected versions, evaluated as
/// <see href="https://ossf.github.io/osv-schema/#evaluation">OSV's schema</see> says, in the order of PEP 440.
/// </summary>
sealed class AffectedRange
{
    readonly ImmutableArray<RangeEvent> _events;
    readonly PythonVersion? _limit;

    /// <param name="events">The events in the order of the advisory. Events of one version keep it.</param>
    /// <param name="limit">The version before which the range ends, or null if it has no such limit.</param>
    public AffectedRange(IEnumerable<RangeEvent> events, PythonVersion? limit) =>
        (_events, _limit) = ([.. events.Where(IsUsable).OrderBy(e => e.Version)], limit);

    /// <summary>A fix in what is no version ends nothing: rather too much is affected than too little.</summary>
    static bool IsUsable(RangeEvent happened) =>
        happened.Version is not null || happened.Kind is RangeEventKind.Introduced;

    /// <summary>Whether nothing can be in the range: nothing is ever introduced.</summary>
    public bool IsEmpty => !_events.Any(e => e.Kind is RangeEventKind.Introduced);

    /// <summary>Whether a version is in the range. Null stands for a text that is no version.</summary>
    public bool Contains(PythonVersion? version)
    {
        if (_limit is not null && version is not null && version >= _limit)
            return false;
        var isAffected = false;
        foreach (var happened in _events)
        {
            if (version is null ? happened.Version is null : happened.IsReachedBy(version))
                isAffected = happened.Kind is RangeEventKind.Introduced;
        }
        return isAffected;
    }
}

/// <summary>An event of a range.</summary>
/// <param name="Kind">The kind of event.</param>
/// <param name="Version">
/// Where it happens. Null is before every version: OSV's <c>0</c>, and texts that are no version of PEP 440, which
/// come before all that are.
/// </param>
readonly record struct RangeEvent(RangeEventKind Kind, PythonVersion? Version)
{
    /// <summary>Whether it happens at a version or before it.</summary>
    public bool IsReachedBy(PythonVersion version) =>
        Version is null || Version.CompareTo(version) is var order
        && (Kind is RangeEventKind.LastAffected ? order < 0 : order <= 0);
}

/// <summary>
/// The kinds of beginning or end at a version of a range
/// (<see href="https://ossf.github.io/osv-schema/#affectedrangesevents-fields">OSV, <c>events</c></see>).
/// </summary>
enum RangeEventKind : byte
{
    /// <summary>This version and later ones are affected.</summary>
    Introduced,

    /// <summary>This version and later ones are not affected.</summary>
    Fixed,

    /// <summary>Later versions than this one are not affected.</summary>
    LastAffected,
}
