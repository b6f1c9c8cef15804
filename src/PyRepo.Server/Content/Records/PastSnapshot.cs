using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Content.Records;

/// <summary>A project as it was on a date, according to its record.</summary>
static class PastSnapshot
{
    /// <summary>
    /// Returns the files of then that are still there, with the status of now. A project that came later has no files:
    /// it belongs to the repository all the same, so that no other member of a group may provide it. Null if there is
    /// no record.
    /// </summary>
    /// <param name="file">The record. Events after the current state are left out: they may not be durable yet.</param>
    /// <param name="now">The current state.</param>
    /// <param name="asOf">The date.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public static async Task<ProjectSnapshot?> ReadAsync(
        RecordFile file, ProjectSnapshot now, DateTimeOffset asOf, CancellationToken cancellationToken)
    {
        if (await ReplayAsync(file, now, asOf, cancellationToken) is not { } past)
            return null;
        past.KeepOnly(then => now.Files.FindVisible(then.Name.FileName) is { } kept
            && (kept.Location, kept.Sha256) == (then.Location, then.Sha256));
        return past.ToSnapshot() with
        {
            Version = now.Version,
            Status = now.Status,
            StatusReason = now.StatusReason,
        };
    }

    /// <summary>Returns the project as it was, with what was removed since; null if there is no record.</summary>
    /// <inheritdoc cref="ReadAsync"/>
    public static async Task<ProjectHistory?> ReplayAsync(
        RecordFile file, ProjectSnapshot now, DateTimeOffset asOf, CancellationToken cancellationToken)
    {
        var past = new ProjectHistory(now.Project);
        var isOver = false;
        var head = await file.ReadAsync(
            change =>
            {
                isOver |= past.IndexSerial >= now.Serial || change.At > asOf;
                if (!isOver)
                    past.Apply(change);
            },
            cancellationToken);
        return head is null ? null : past;
    }
}
