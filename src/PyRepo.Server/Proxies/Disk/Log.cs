using Microsoft.Extensions.Logging;

namespace PyRepo.Server.Proxies.Disk;

static partial class Log
{
    [LoggerMessage(301, LogLevel.Information, "Evicted '{Key}' ({Size} bytes) to free space.")]
    public static partial void Evicted(ILogger logger, string key, long size);

    [LoggerMessage(308, LogLevel.Error, "Could not evict '{Key}': {Message}")]
    public static partial void NotEvicted(ILogger logger, string key, string message);
}
