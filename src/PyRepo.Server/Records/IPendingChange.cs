using System.Collections.Immutable;

namespace PyRepo.Server.Records;

/// <summary>A change that waits for its turn to be written, whatever its result's type.</summary>
interface IPendingChange
{
    /// <summary>The events to add, none if nothing changes; adds to <paramref name="durable"/> what must be waited for.</summary>
    ImmutableArray<ProjectEvent> Decide(ProjectHistory history, List<Task> durable);

    void Complete();

    void Fail(Exception error);
}
