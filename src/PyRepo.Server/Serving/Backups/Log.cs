using Microsoft.Extensions.Logging;

namespace PyRepo.Server.Serving.Backups;

static partial class Log
{
    [LoggerMessage(
        930, LogLevel.Information,
        "'{Repository}' is backed up as {Backup} to '{Location}': {Files} files, {Added} bytes added, {Problems} with a "
            + "problem.")]
    public static partial void BackedUp(
        ILogger logger, string repository, string backup, string location, int files, long added, int problems);

    [LoggerMessage(931, LogLevel.Error, "'{Repository}' could not be backed up: {Message}")]
    public static partial void NotBackedUp(ILogger logger, string repository, string message);

    [LoggerMessage(
        932, LogLevel.Information,
        "The backup {Backup} of '{Repository}' was read back: {Objects} objects, all whole.")]
    public static partial void BackupVerified(ILogger logger, string repository, string backup, int objects);

    [LoggerMessage(
        937, LogLevel.Error,
        "The backup {Backup} of '{Repository}' was read back: of {Objects} objects {Damaged} are missing or damaged. The "
            + "next backup writes them again, if the repository still has them.")]
    public static partial void BackupDamaged(
        ILogger logger, string repository, string backup, int objects, int damaged);

    [LoggerMessage(
        933, LogLevel.Warning, "Old backups of '{Repository}' in '{Location}' are not removed: {Message}")]
    public static partial void BackupsNotRemoved(ILogger logger, string repository, string location, string message);

    [LoggerMessage(
        934, LogLevel.Information,
        "'{Location}' is restored from the backup {Backup}: {Files} files, {Problems} of them missing or damaged.")]
    public static partial void Restored(ILogger logger, string location, string backup, int files, int problems);

    [LoggerMessage(935, LogLevel.Information, "'{Location}' is being restored from a backup in '{Backups}'.")]
    public static partial void Restoring(ILogger logger, string location, string backups);

    [LoggerMessage(936, LogLevel.Error, "The backup that '{Location}' was restored from is incomplete. {Problem}")]
    public static partial void NotRestored(ILogger logger, string location, string problem);
}
