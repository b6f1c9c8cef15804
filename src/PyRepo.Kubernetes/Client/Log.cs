using Microsoft.Extensions.Logging;
using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Client;

static partial class Log
{
    [LoggerMessage(101, LogLevel.Warning,
        "The {Kind} {Key} is ignored: it has an invalid value. Correct it to have it picked up. {Error}")]
    public static partial void UnreadableObject(ILogger logger, string kind, ObjectKey key, string error);

    [LoggerMessage(102, LogLevel.Warning,
        "{Count} more objects of the kind {Kind} were left out since the last one that was named here.")]
    public static partial void MoreUnreadableObjects(ILogger logger, string kind, long count);
}
