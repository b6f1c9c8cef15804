using System.Collections.Immutable;

namespace PyRepo.Storage.Buckets;

/// <summary>When a replica saw the entries of the others change last. Clocks are not compared.</summary>
/// <param name="clock">The replica's own clock.</param>
sealed class LeaseObservations(TimeProvider clock)
{
    readonly Dictionary<string, (LeaseMember Entry, long Since)> _observed = new(StringComparer.Ordinal);
    readonly Lock _lock = new();
    (long Count, long? Since) _departures;

    /// <summary>
    /// Whether nothing can arrive any more from members that are gone, as far as this process saw them go. It can be
    /// asked at any time.
    /// </summary>
    public bool IsSettled(LeaseDocument document)
    {
        lock (_lock)
        {
            if (document.Departures != _departures.Count)
                _departures = (document.Departures, clock.GetTimestamp());
            return _departures.Since is not { } since || clock.GetElapsedTime(since) >= WriteAnnouncements.LongestWay;
        }
    }

    /// <summary>
    /// Returns the members whose entries changed not too long ago, as far as this process saw, and of which it does not
    /// know that they ended.
    /// </summary>
    public ImmutableArray<LeaseMember> Living(LeaseDocument document, BucketReplica me)
    {
        foreach (var member in document.Members)
        {
            if (!_observed.TryGetValue(member.Incarnation, out var last) || last.Entry != member)
                _observed[member.Incarnation] = (member, clock.GetTimestamp());
        }
        var present = document.Members.Select(m => m.Incarnation).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in _observed.Keys.Where(name => !present.Contains(name)))
            _observed.Remove(gone);
        return document.Members.RemoveAll(m => m.Incarnation != me.Incarnation
            && (m.Incarnation == me.Former
                || clock.GetElapsedTime(_observed[m.Incarnation].Since) > LeaseDocument.Expiry));
    }
}
