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

    [LoggerMessage(6, LogLevel.Warning, "{Resource}: its state could not be looked at: {Error}")]
    public static partial void PollFailed(ILogger logger, string resource, string error);

    [LoggerMessage(8, LogLevel.Information, "The signing key of {Namespace} is rotated, or an expired one removed.")]
    public static partial void SigningKeyChanged(ILogger logger, string @namespace);

    [LoggerMessage(10, LogLevel.Warning,
        "No ServiceAccount token is accepted, because the API server does not tell who signs them: {Error}")]
    public static partial void IssuerUnknown(ILogger logger, string error);

    [LoggerMessage(9, LogLevel.Warning, "The signing key of {Namespace} could not be rotated yet: {Error}")]
    public static partial void RotationFailed(ILogger logger, string @namespace, string error);

    [LoggerMessage(11, LogLevel.Warning,
        "The namespace {Namespace} has more than {Max} objects of the kind {Kind}. Those beyond are not watched: a "
        + "change of them is not noticed. Delete what is not needed.")]
    public static partial void LeftOut(ILogger logger, string kind, string @namespace, int max);
}
