using Microsoft.Extensions.Logging;
using PyRepo.Kubernetes.Objects;

namespace PyRepo.Kubernetes.Controllers;

static partial class Log
{
    [LoggerMessage(301, LogLevel.Warning, "{Controller} {Key}: {Sentence} It is tried again.")]
    public static partial void Failed(
        ILogger logger, Exception? error, string controller, ObjectKey key, string sentence);

    [LoggerMessage(302, LogLevel.Error, "{Controller} {Key}: an exception that nobody expected. It is tried again.")]
    public static partial void Panicked(ILogger logger, Exception error, string controller, ObjectKey key);

    [LoggerMessage(303, LogLevel.Debug, "{Controller} {Key}: changed meanwhile. It is tried again.")]
    public static partial void Conflicted(ILogger logger, string controller, ObjectKey key);

    [LoggerMessage(304, LogLevel.Error, "{Controller}: could not tell whom a change of a {Kind} concerns.")]
    public static partial void MappingFailed(ILogger logger, Exception error, string controller, string kind);

    [LoggerMessage(305, LogLevel.Information, "{Controller}: {Workers} workers, {Count} objects.")]
    public static partial void Started(ILogger logger, string controller, int workers, int count);
}
