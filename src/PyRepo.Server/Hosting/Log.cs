using Microsoft.Extensions.Logging;

namespace PyRepo.Server.Hosting;

static partial class Log
{
    [LoggerMessage(401, LogLevel.Warning, "'{Folder}' is in use by the process {Pid}; waiting until it ends.")]
    public static partial void Locked(ILogger logger, string folder, int pid);

    [LoggerMessage(402, LogLevel.Information, "'{Folder}' is open: {Projects} projects.")]
    public static partial void Opened(ILogger logger, string folder, int projects);

    [LoggerMessage(403, LogLevel.Error, "'{Folder}' can't be opened: {Sentence}")]
    public static partial void NotOpened(ILogger logger, string folder, string sentence);

    [LoggerMessage(404, LogLevel.Critical, "What goes on beside the requests of '{Folder}' ended. Restart the server.")]
    public static partial void BackgroundEnded(ILogger logger, string folder, Exception error);

    [LoggerMessage(107, LogLevel.Error, "A record can't be read; its project is not served.")]
    public static partial void RecordUnreadable(ILogger logger, Exception error);

    [LoggerMessage(201, LogLevel.Information, "A changed configuration is in force: {Count} resources.")]
    public static partial void ConfigurationChanged(ILogger logger, int count);

    [LoggerMessage(202, LogLevel.Error, "The changed configuration is not taken, the last good one stays in force: {Problem}")]
    public static partial void ConfigurationRejected(ILogger logger, string problem);

    [LoggerMessage(203, LogLevel.Error, "The configuration can't be read, the last good one stays in force: {Problem}")]
    public static partial void ConfigurationUnreadable(ILogger logger, string problem);

    [LoggerMessage(305, LogLevel.Error, "What goes on beside requests failed, and goes on.")]
    public static partial void BackgroundFailed(ILogger logger, Exception error);
}
