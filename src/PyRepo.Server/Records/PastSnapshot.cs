using PyRepo.Server.Repositories;

namespace PyRepo.Server.Records;

/// <summary>A project as it was on a date, according to its record.</summary>
static class PastSnapshot
{
    /// <summary>
    /// Returns the files of then that are still there, with the status of now. A project that came later has no files:
    /// it belongs to the repository all the same, so that no other member of a group may provide it.
    /// </summary>
    /// <param name="now">The current state.</param>
    /// <param name="events">
    /// The record. Events after the current state are left out: they may not be durable yet.
    /// </param>
    /// <param name="asOf">The date.</param>
    public static ProjectSnapshot Create(ProjectSnapshot now, List<ProjectEvent> events, DateTimeOffset asOf)
    {
        var past = new ProjectHistory(now.Project);
        foreach (var change in events.Take((int)now.Serial!.Value).TakeWhile(e => e.At <= asOf))
            past.Apply(change);
        var remaining = now.Files.Select(f => (f.Distribution.Location, f.Distribution.Sha256)).ToHashSet();
        var then = past.ToSnapshot();
        return new ProjectSnapshot
        {
            Project = now.Project,
            Version = now.Version,
            Serial = then.Serial,
            Status = now.Status,
            StatusReason = now.StatusReason,
            Files = [.. then.Files.Where(f => remaining.Contains((f.Distribution.Location, f.Distribution.Sha256)))],
        };
    }
}
