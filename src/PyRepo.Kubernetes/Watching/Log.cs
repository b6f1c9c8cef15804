using Microsoft.Extensions.Logging;
using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Watching;

static partial class Log
{
    [LoggerMessage(201, LogLevel.Information,
        "The watch of {Kind} in '{Namespace}' is too far behind, listing again.")]
    public static partial void Expired(ILogger logger, string kind, string @namespace);

    [LoggerMessage(202, LogLevel.Warning,
        "{Kind} in '{Namespace}' can't be watched, retrying in {Seconds:0.0} s: {Error}")]
    public static partial void WatchFailed(
        ILogger logger, string kind, string @namespace, double seconds, string error);

    [LoggerMessage(203, LogLevel.Error, "A listener failed at a change of the {Kind} {Key}.")]
    public static partial void ListenerFailed(ILogger logger, Exception error, string kind, ObjectKey key);

    [LoggerMessage(204, LogLevel.Information, "{Kind} in '{Namespace}' is {State}.")]
    public static partial void Optional(ILogger logger, string kind, string @namespace, string state);
}
