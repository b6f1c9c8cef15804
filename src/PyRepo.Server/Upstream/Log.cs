using Microsoft.Extensions.Logging;

namespace PyRepo.Server.Upstream;

static partial class Log
{
    [LoggerMessage(301, LogLevel.Information, "Evicted '{Key}' ({Size} bytes) to make room.")]
    public static partial void Evicted(ILogger logger, string key, long size);

    [LoggerMessage(302, LogLevel.Information, "Kept '{File}' ({Size} bytes).")]
    public static partial void Cached(ILogger logger, string file, long size);

    [LoggerMessage(303, LogLevel.Warning, "'{File}' was not kept: {Sentence}")]
    public static partial void NotCached(ILogger logger, string file, string sentence);

    [LoggerMessage(304, LogLevel.Warning, "The metadata of '{File}' could not be had from upstream: {Sentence}")]
    public static partial void NoMetadata(ILogger logger, string file, string sentence);

    [LoggerMessage(306, LogLevel.Warning, "Upstream fails: {Sentence}")]
    public static partial void UpstreamFails(ILogger logger, string sentence);

    [LoggerMessage(307, LogLevel.Information, "Upstream answers again.")]
    public static partial void UpstreamAnswers(ILogger logger);
}
