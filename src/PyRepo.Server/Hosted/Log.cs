using Microsoft.Extensions.Logging;

namespace PyRepo.Server.Hosted;

static partial class Log
{
    [LoggerMessage(101, LogLevel.Information, "Adopted '{Key}'.")]
    public static partial void Adopted(ILogger logger, string key);

    [LoggerMessage(102, LogLevel.Warning, "Did not adopt '{Key}': {Message}")]
    public static partial void NotAdopted(ILogger logger, string key, string message);

    [LoggerMessage(103, LogLevel.Warning, "'{Key}' was removed or changed, and is no longer listed.")]
    public static partial void TakenAway(ILogger logger, string key);

    [LoggerMessage(
        109, LogLevel.Warning, "'{File}' {Finding} (rule {Rule}). spec.uploads.guard accepts it nevertheless.")]
    public static partial void Suspicious(ILogger logger, string file, string finding, string rule);

    [LoggerMessage(104, LogLevel.Warning, "'{File}' {Problem}. spec.attestations accepts it nevertheless.")]
    public static partial void NotProved(ILogger logger, string file, string problem);
}
