using System.Collections.Immutable;
using PyRepo.Storage;

namespace PyRepo.Server.Content.Records;

/// <summary>What is known of a record's object in the store.</summary>
/// <param name="Version">Its version.</param>
/// <param name="Length">Its length in bytes, up to the end of the last complete line.</param>
/// <param name="IsTorn">Whether a crash left something behind the last complete line.</param>
/// <param name="Segments">The segments that come before it.</param>
sealed record RecordHead(VersionTag Version, int Length, bool IsTorn, ImmutableArray<RecordSegment> Segments)
{
    /// <summary>The number of events in the segments.</summary>
    public long SealedEvents => Segments.Sum(s => s.Events);
}
