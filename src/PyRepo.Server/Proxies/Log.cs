using Microsoft.Extensions.Logging;

namespace PyRepo.Server.Proxies;

static partial class Log
{
    [LoggerMessage(301, LogLevel.Information, "Evicted '{Key}' ({Size} bytes) to free space.")]
    public static partial void Evicted(ILogger logger, string key, long size);

    [LoggerMessage(308, LogLevel.Error, "Could not evict '{Key}': {Message}")]
    public static partial void NotEvicted(ILogger logger, string key, string message);

    [LoggerMessage(302, LogLevel.Information, "Cached '{File}' ({Size} bytes).")]
    public static partial void Cached(ILogger logger, string file, long size);

    [LoggerMessage(303, LogLevel.Warning, "'{File}' was not cached: {Message}")]
    public static partial void NotCached(ILogger logger, string file, string message);

    [LoggerMessage(
        309, LogLevel.Warning, "The page of '{Project}' was not saved, and is served from memory: {Message}")]
    public static partial void PageNotSaved(ILogger logger, string project, string message);

    [LoggerMessage(311, LogLevel.Warning, "'{File}' could not be fetched: {Message}")]
    public static partial void FailedElsewhere(ILogger logger, string file, string message);

    [LoggerMessage(304, LogLevel.Warning, "Could not get the metadata of '{File}' from upstream: {Message}")]
    public static partial void NoMetadata(ILogger logger, string file, string message);

    [LoggerMessage(313, LogLevel.Warning, "Could not get the provenance of '{File}' from upstream: {Message}")]
    public static partial void NoProvenance(ILogger logger, string file, string message);

    [LoggerMessage(312, LogLevel.Warning, "A request for '{Project}' came back to the proxy that sent it. {Message}")]
    public static partial void Loops(ILogger logger, string project, string message);

    [LoggerMessage(305, LogLevel.Warning, "'{Key}' was not stored: {Message}")]
    public static partial void NotStored(ILogger logger, string key, string message);
}
