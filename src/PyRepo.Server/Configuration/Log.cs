using Microsoft.Extensions.Logging;

namespace PyRepo.Server.Configuration;

static partial class Log
{
    [LoggerMessage(201, LogLevel.Information, "A changed configuration is in force: {Count} resources.")]
    public static partial void ConfigurationChanged(ILogger logger, int count);

    [LoggerMessage(202, LogLevel.Error, "The changed configuration is not taken, the last good one stays in force: {Problem}")]
    public static partial void ConfigurationRejected(ILogger logger, string problem);

    [LoggerMessage(203, LogLevel.Error, "The configuration can't be read, the last good one stays in force: {Problem}")]
    public static partial void ConfigurationUnreadable(ILogger logger, string problem);
}
