using System.Collections.Immutable;

namespace PyRepo.Server.Content.Records;

/// <summary>A change that waits to be written, regardless of the type of its result.</summary>
interface IPendingChange
{
    /// <summary>Returns the events to add, or none if nothing changes.</summary>
    ImmutableArray<ProjectEvent> Decide(ProjectHistory history);

    void Complete();

    void Fail(Exception error);
}
