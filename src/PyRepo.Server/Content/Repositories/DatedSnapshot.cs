namespace PyRepo.Server.Content.Repositories;

/// <summary>A project as it was on a date, as far as the facts about its current files tell.</summary>
static class DatedSnapshot
{
    /// <summary>
    /// Returns the files that were already available. A yank of unknown date holds at every date, and what was deleted
    /// since stays deleted.
    /// </summary>
    public static ProjectSnapshot Create(ProjectSnapshot now, DateTimeOffset date) => now with
    {
        Files = [.. now.Files.Where(f => f.Distribution.AvailableSince <= date).Select(f => GetAs(f, date))],
    };

    static SnapshotFile GetAs(SnapshotFile file, DateTimeOffset date) => file.Distribution.YankedAt > date
        ? file with { Distribution = file.Distribution with { Yanked = null, YankedAt = null } }
        : file;
}
