using System.Collections.Immutable;

namespace PyRepo.Server.Records;

/// <summary>A change that waits to be written, regardless of the type of its result.</summary>
interface IPendingChange
{
    /// <summary>
    /// Returns the events to add, or none if nothing changes. Adds to <paramref name="durable"/> the tasks to wait for.
    /// </summary>
    ImmutableArray<ProjectEvent> Decide(ProjectHistory history, List<Task> durable);

    void Complete();

    void Fail(Exception error);
}
