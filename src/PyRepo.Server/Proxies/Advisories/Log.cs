using Microsoft.Extensions.Logging;

namespace PyRepo.Server.Proxies.Advisories;

static partial class Log
{
    [LoggerMessage(
        321, LogLevel.Information,
        "Read {Count} advisories for {Projects} projects from {Source} ({Skipped} documents could not be read).")]
    public static partial void Read(ILogger logger, int count, int projects, string source, int skipped);

    [LoggerMessage(322, LogLevel.Warning, "The advisories could not be read. {Message}")]
    public static partial void NotRead(ILogger logger, string message);

    [LoggerMessage(323, LogLevel.Information, "The advisories can be read again.")]
    public static partial void ReadAgain(ILogger logger);
}
