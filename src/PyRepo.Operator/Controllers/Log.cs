using Microsoft.Extensions.Logging;

namespace PyRepo.Operator.Controllers;

static partial class Log
{
    [LoggerMessage(1, LogLevel.Debug, "Reconciled {Kind} {Name}: {Reason}.")]
    public static partial void Reconciled(ILogger logger, string kind, string name, string reason);

    [LoggerMessage(2, LogLevel.Information, "{Verb} {Child} {Difference}")]
    public static partial void Changed(ILogger logger, string verb, string child, string difference);

    [LoggerMessage(3, LogLevel.Information, "This process is the leader.")]
    public static partial void Leads(ILogger logger);

    [LoggerMessage(5, LogLevel.Critical, "The operator failed, and this process ends: {Message}")]
    public static partial void Failed(ILogger logger, Exception error, string message);

    [LoggerMessage(4, LogLevel.Error, "The Lease is lost. This process ends, so that there are never two leaders.")]
    public static partial void Lost(ILogger logger);

    [LoggerMessage(7, LogLevel.Warning, "{Resource}: {Message}")]
    public static partial void DataStay(ILogger logger, string resource, string message);

    [LoggerMessage(6, LogLevel.Warning, "{Resource}: its state could not be checked: {Error}")]
    public static partial void PollFailed(ILogger logger, string resource, string error);

    [LoggerMessage(8, LogLevel.Information, "{Verb} Secret {Name}.")]
    public static partial void SecretChanged(ILogger logger, string verb, string name);

    [LoggerMessage(10, LogLevel.Warning,
        "No ServiceAccount token is accepted, because the API server does not serve the keys that sign them: {Error}")]
    public static partial void IssuerUnknown(ILogger logger, string error);

    [LoggerMessage(11, LogLevel.Warning, "The holds of hosts could not be checked yet: {Error}")]
    public static partial void HostsNotSwept(ILogger logger, string error);

    [LoggerMessage(12, LogLevel.Warning,
        "The new pods of {Resource} did not become ready in their time.")]
    public static partial void RolloutFailed(ILogger logger, string resource);

    [LoggerMessage(13, LogLevel.Error,
        "No further resource is rolled: new pods did not become ready in {Count} namespaces, those of {Resources}.")]
    public static partial void RolloutStopped(ILogger logger, int count, string resources);

    [LoggerMessage(14, LogLevel.Warning,
        "The namespace {Namespace} has more than {Max} objects of the kind {Kind}, or its objects of all kinds take "
        + "more than {MaxMemory} MiB of memory. Those beyond are not watched: a change of them is not noticed. Delete "
        + "what is not needed.")]
    public static partial void LeftOut(ILogger logger, string kind, string @namespace, int max, int maxMemory);

    [LoggerMessage(15, LogLevel.Information, "Each {Kind} is stored as {Version} now.")]
    public static partial void VersionMoved(ILogger logger, string kind, string version);

    [LoggerMessage(16, LogLevel.Warning,
        "Some {Kind} may be stored in an old version, which the CRD must keep. Retrying in 5 minutes: {Error}")]
    public static partial void VersionNotMoved(ILogger logger, string kind, string error);

    [LoggerMessage(17, LogLevel.Information, "{Resource} is backed up: the VolumeSnapshot {Name} is being made.")]
    public static partial void SnapshotMade(ILogger logger, string resource, string name);

    [LoggerMessage(18, LogLevel.Information, "{Resource} has newer backups: the VolumeSnapshot {Name} is removed.")]
    public static partial void SnapshotRemoved(ILogger logger, string resource, string name);
}
