using System.Collections.Immutable;
using PyRepo.Packaging.Names;

namespace PyRepo.Server.Content.Records;

/// <summary>Events that this process wrote to a record together, and acknowledged.</summary>
/// <param name="Project">The project.</param>
/// <param name="Events">The events, of which the first has an id of the write.</param>
sealed record AcknowledgedWrite(ProjectName Project, ImmutableArray<ProjectEvent> Events)
{
    /// <summary>The serial of the first event.</summary>
    public long Serial => Events[0].Serial;

    /// <summary>Whether a record that has an event at <see cref="Serial"/>, or null for none, lost this write.</summary>
    public bool IsLostIn(ProjectEvent? there) => there?.WriteId != Events[0].WriteId;
}
