using System.Collections.Immutable;

namespace PyRepo.Server.Records;

/// <summary>What a decision over a project's history comes to.</summary>
/// <param name="Result">What the decider wants to tell its caller.</param>
/// <param name="Events">What is to be added to the record; none: nothing changes.</param>
/// <param name="BytesDurable">Completes when the bytes that the events name are safe; the change waits for it.</param>
readonly record struct Change<T>(T Result, ImmutableArray<ProjectEvent> Events, Task? BytesDurable = null);
