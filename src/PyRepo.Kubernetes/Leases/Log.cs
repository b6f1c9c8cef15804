using Microsoft.Extensions.Logging;
using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Leases;

static partial class Log
{
    [LoggerMessage(321, LogLevel.Information, "{Identity} leads: it holds the Lease {Lease}.")]
    public static partial void Leads(ILogger logger, string identity, ObjectKey lease);

    [LoggerMessage(322, LogLevel.Information, "{Identity} waits: {Holder} holds the Lease {Lease}.")]
    public static partial void Waits(ILogger logger, string identity, string holder, ObjectKey lease);

    [LoggerMessage(323, LogLevel.Warning, "The Lease {Lease} could not be renewed: {Message}")]
    public static partial void NotRenewed(ILogger logger, ObjectKey lease, string message);

    [LoggerMessage(324, LogLevel.Error, "{Identity} lost the Lease {Lease}.")]
    public static partial void Lost(ILogger logger, string identity, ObjectKey lease);

    [LoggerMessage(325, LogLevel.Information, "{Identity} released the Lease {Lease}.")]
    public static partial void Released(ILogger logger, string identity, ObjectKey lease);

    [LoggerMessage(326, LogLevel.Warning, "The Lease {Lease} could not be read or taken: {Message}")]
    public static partial void NotAcquired(ILogger logger, ObjectKey lease, string message);

    [LoggerMessage(327, LogLevel.Warning, "The Lease {Lease} could not be released. It will expire: {Message}")]
    public static partial void NotReleased(ILogger logger, ObjectKey lease, string message);
}
