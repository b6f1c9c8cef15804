using Microsoft.Extensions.Logging;

namespace PyRepo.Server.Proxies.Mirroring;

static partial class Log
{
    [LoggerMessage(801, LogLevel.Information,
        "Mirrored {Done} of {Total} projects: {Files} files with {Bytes} bytes were fetched, {Failures} failed.")]
    public static partial void Mirrored(ILogger logger, int done, int total, long files, long bytes, long failures);

    [LoggerMessage(802, LogLevel.Warning, "Not mirrored: {Failure}")]
    public static partial void NotMirrored(ILogger logger, string failure);

    [LoggerMessage(350, LogLevel.Warning,
        "The mirror's progress cannot be read, and is rebuilt from the store: {Reason} Nothing that is there is "
        + "fetched again.")]
    public static partial void StateRebuilt(ILogger logger, string reason);
}
