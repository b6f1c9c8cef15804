using PyRepo.Operator.Manifests;
using PyRepo.Resources.Reports;

namespace PyRepo.Operator.Status;

/// <summary>The condition BackupReady: whether the repository could be restored if it were lost now.</summary>
static class BackupCondition
{
    /// <summary>Sets the condition, if the spec asks for backups.</summary>
    public static void Set(ConditionList conditions, StatusInputs inputs)
    {
        if (inputs.Resource.Stored?.Backup is null)
            return;
        if (inputs.Snapshots is { } snapshots)
        {
            conditions.Set(StatusConditions.BackupReady, snapshots.Status, snapshots.Reason, snapshots.Message);
            return;
        }
        if (inputs.Servers.Repository?.Backup is not { } report)
        {
            if (!conditions.TryKeep(StatusConditions.BackupReady))
            {
                conditions.Set(StatusConditions.BackupReady, "Unknown", Reason.NotReportedYet,
                    "The server has not reported yet whether it can use the bucket of the backups.");
            }
            return;
        }
        if (!report.IsKnown && report.Failure is null && conditions.TryKeep(StatusConditions.BackupReady))
            return; // The server has just begun.
        var (status, reason, message) = Judge(report);
        conditions.Set(StatusConditions.BackupReady, status, reason, message);
    }

    /// <summary>Whether an annotation asks for a backup that the server has not made yet.</summary>
    public static bool IsAwaited(DeclaredResource resource, ResourceStatus status) =>
        FindRequest(resource) is { } request && status.Backup?.Request != request;

    /// <summary>Whether a server has not seen yet that an annotation asks for a backup.</summary>
    public static bool IsUnknown(DeclaredResource resource, ServerReport report) =>
        FindRequest(resource) is { } request
        && report.Repositories.Any(
            r => ServerSummary.IsOf(r, resource) && r.Backup is { } backup && backup.Requested != request);

    static string? FindRequest(DeclaredResource resource) =>
        resource.Stored?.Backup?.To.Bucket is null ? null : VolumeSnapshotManifest.FindRequest(resource);

    static (string Status, Reason Reason, string Message) Judge(BackupReport report)
    {
        var last = report.Last is { } at ? $"the newest is of {DisplayTime.Format(at)}" : "there is none";
        if (report.Failure is { } failure)
            return ("False", Reason.BackupFailed, $"The last attempt to back up failed, and {last}: {failure}");
        if (report.Last is null)
            return ("Unknown", Reason.BackupPending, "The first backup is being made.");
        if (report is { Damaged: > 0 } && report.VerifiedName == report.Name)
        {
            return ("False", Reason.BackupDamaged,
                $"Of the backup {report.Name}, {report.Damaged} objects are missing or damaged. The next backup writes "
                + "them again, if the repository still has them. Find out who changes the bucket.");
        }
        if (report.Next is null)
        {
            return ("False", Reason.ScheduleNeverDue,
                $"spec.backup.schedule never comes due, and {last}. Correct it.");
        }
        return ("True", Reason.BackedUp, Describe(report));
    }

    static string Describe(BackupReport report)
    {
        var message = $"{report.Count} {(report.Count == 1 ? "backup" : "backups")}, the newest is {report.Name}: "
            + $"{report.Files} files, {DisplaySize.Format(report.Size)}.";
        if (report.Problems > 0)
        {
            message += $" {report.Problems} parts of the repository were damaged or missing: the server's log names "
                + "them.";
        }
        if (report.Verified is { } verified)
            message += $" Read back on {DisplayTime.Format(verified)}.";
        if (report.NotRemoved is { } why)
            message += $" Old ones are not removed: {why}";
        return message;
    }
}
