using System.Collections.Immutable;

namespace PyRepo.Server.Content.Records;

/// <summary>The outcome of a decision about a project's history.</summary>
/// <param name="Result">What the decision returns to its caller.</param>
/// <param name="Events">
/// The events to add to the record. If there are none, nothing changes. The bytes that they name are already durable.
/// </param>
readonly record struct Change<T>(T Result, ImmutableArray<ProjectEvent> Events);
