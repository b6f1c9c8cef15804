using Microsoft.Extensions.Logging;

namespace PyRepo.Server.Repositories;

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
}
