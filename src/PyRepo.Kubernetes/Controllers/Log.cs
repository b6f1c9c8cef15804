using Microsoft.Extensions.Logging;
using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Controllers;

static partial class Log
{
    [LoggerMessage(301, LogLevel.Warning, "{Controller} {Key}: {Message} Trying again.")]
    public static partial void Failed(
        ILogger logger, Exception? error, string controller, ObjectKey key, string message);

    [LoggerMessage(302, LogLevel.Error, "{Controller} {Key}: an unexpected exception. Retrying.")]
    public static partial void Panicked(ILogger logger, Exception error, string controller, ObjectKey key);

    [LoggerMessage(303, LogLevel.Debug, "{Controller} {Key}: changed in the meantime. Retrying.")]
    public static partial void Conflicted(ILogger logger, string controller, ObjectKey key);

    [LoggerMessage(304, LogLevel.Error,
        "{Controller}: could not map a change of a {Kind} to the objects that depend on it.")]
    public static partial void MappingFailed(ILogger logger, Exception error, string controller, string kind);

    [LoggerMessage(305, LogLevel.Information, "{Controller}: {Workers} workers, {Count} objects.")]
    public static partial void Started(ILogger logger, string controller, int workers, int count);

    [LoggerMessage(306, LogLevel.Error,
        "{Controller}: there is no list of {Kinds} after {Seconds:0} s. Check that the API server knows these kinds "
        + "(the CRDs), and that the operator's role allows list and watch.")]
    public static partial void NotListed(ILogger logger, string controller, string kinds, double seconds);
}
