using Microsoft.Extensions.Logging;

namespace PyRepo.Server.Serving.Runtime;

static partial class Log
{
    [LoggerMessage(914, LogLevel.Error,
        "An advisory, {Advisory}, names '{Project}' {Version}. Downloads of it from '{Repository}': {Count}. "
            + "pyrepo recall lists who has it.")]
    public static partial void CompromisedServed(
        ILogger logger, string project, string version, long count, string advisory, string repository);

    [LoggerMessage(401, LogLevel.Warning, "'{Folder}' is in use by {Holder}. Waiting for it to end.")]
    public static partial void InUse(ILogger logger, string folder, string holder);

    [LoggerMessage(402, LogLevel.Information, "'{Folder}' is open: {Projects} projects.")]
    public static partial void Opened(ILogger logger, string folder, int projects);

    [LoggerMessage(403, LogLevel.Error, "'{Folder}' cannot be opened: {Message}")]
    public static partial void NotOpened(ILogger logger, string folder, string message);

    [LoggerMessage(
        406, LogLevel.Critical,
        "'{Location}' can no longer be used: {Reason} Nothing is served or written until this is resolved. "
            + "Put the data back, or restore a backup; a restart uses what is there.")]
    public static partial void StoreGone(ILogger logger, string location, string reason);

    [LoggerMessage(407, LogLevel.Warning, "'{Location}' is back and served again.")]
    public static partial void StoreBack(ILogger logger, string location);

    [LoggerMessage(
        408, LogLevel.Information,
        "The last process did not shut down cleanly. Of the files that '{Folder}' received in the minutes before, "
            + "{Verified} were verified and {Damaged} are damaged.")]
    public static partial void Verified(ILogger logger, string folder, int verified, int damaged);

    [LoggerMessage(
        409, LogLevel.Error,
        "'{Key}' in '{Folder}' is damaged or missing, although it was stored. "
            + "It is not served until it is uploaded or fetched again.")]
    public static partial void Damaged(ILogger logger, string key, string folder);

    [LoggerMessage(410, LogLevel.Error, "The disk of '{Folder}' failed at '{Key}': {Message}")]
    public static partial void DiskFailed(ILogger logger, string folder, string key, string message);

    [LoggerMessage(
        411, LogLevel.Error,
        "'{Location}' is read-only: its format.json names {Features}, which this server does not know. "
            + "Use a newer server.")]
    public static partial void ReadOnly(ILogger logger, string location, string features);

    [LoggerMessage(107, LogLevel.Error, "A record cannot be read. Its project is not served.")]
    public static partial void RecordUnreadable(ILogger logger, Exception error);

    [LoggerMessage(
        412, LogLevel.Information,
        "'{Repository}': {By} waives {Rules} for '{Match}' until {Until:u}: {Reason}")]
    public static partial void WaiverBegan(
        ILogger logger, string repository, string by, string rules, string match, DateTimeOffset until, string reason);

    [LoggerMessage(
        413, LogLevel.Information,
        "'{Repository}': '{Match}' is no longer exempt from {Rules}, which {By} had waived.")]
    public static partial void WaiverEnded(ILogger logger, string repository, string match, string rules, string by);

    [LoggerMessage(201, LogLevel.Information, "A changed configuration is in effect: {Count} resources.")]
    public static partial void ConfigurationChanged(ILogger logger, int count);

    [LoggerMessage(
        202, LogLevel.Error, "The changed configuration is invalid. The last valid one stays in effect: {Problem}")]
    public static partial void ConfigurationRejected(ILogger logger, string problem);

    [LoggerMessage(332, LogLevel.Error,
        "Nothing more is written to '{Location}', because the conditional writes of its "
        + "service do not work. Let one replica run.")]
    public static partial void ConditionsForsaken(ILogger logger, string location);

    [LoggerMessage(333, LogLevel.Error, "'{Location}' will lose data: {Rule} Remove the rule.")]
    public static partial void Expires(ILogger logger, string location, string rule);

    [LoggerMessage(
        335, LogLevel.Information,
        "The lifecycle rules of '{Location}' cannot be seen. Make sure that none deletes current objects.")]
    public static partial void LifecycleUnseen(ILogger logger, string location);

    [LoggerMessage(204, LogLevel.Error, "The description of the cluster cannot be read: {Problem}")]
    public static partial void PlatformUnreadable(ILogger logger, string problem);

    [LoggerMessage(205, LogLevel.Warning, "In the changed configuration: {Warning}")]
    public static partial void ConfigurationWarning(ILogger logger, string warning);

    [LoggerMessage(
        203, LogLevel.Error,
        "The configuration cannot be read or applied. The last valid one stays in effect: {Problem}")]
    public static partial void ConfigurationUnreadable(ILogger logger, string problem);
}
