using Microsoft.Extensions.Logging;

namespace PyRepo.Server.Proxies.Files;

static partial class Log
{
    [LoggerMessage(302, LogLevel.Information, "Cached '{File}' ({Size} bytes).")]
    public static partial void Cached(ILogger logger, string file, long size);

    [LoggerMessage(303, LogLevel.Warning, "'{File}' was not cached: {Message}")]
    public static partial void NotCached(ILogger logger, string file, string message);

    [LoggerMessage(304, LogLevel.Warning, "Could not get the metadata of '{File}' from upstream: {Message}")]
    public static partial void NoMetadata(ILogger logger, string file, string message);

    [LoggerMessage(313, LogLevel.Warning, "Could not get the provenance of '{File}' from upstream: {Message}")]
    public static partial void NoProvenance(ILogger logger, string file, string message);

    [LoggerMessage(317, LogLevel.Warning, "The attestations of '{File}' were not verified: {Message}")]
    public static partial void NotVerified(ILogger logger, string file, string message);

    [LoggerMessage(
        318, LogLevel.Warning, "'{File}' was not inspected: {Message} It will be later.")]
    public static partial void NotInspected(ILogger logger, string file, string message);

    [LoggerMessage(305, LogLevel.Warning, "'{Key}' was not stored: {Message}")]
    public static partial void NotStored(ILogger logger, string key, string message);
}
