using System.Collections.Immutable;

namespace PyRepo.Server.Content.Records;

/// <summary>The first line of a record that has segments, which come before its other lines.</summary>
/// <param name="Sealed">The segments, in order.</param>
sealed record SealedLine(ImmutableArray<RecordSegment> Sealed);
