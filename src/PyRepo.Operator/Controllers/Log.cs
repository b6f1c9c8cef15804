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

    [LoggerMessage(5, LogLevel.Warning, "The API server cannot be reached yet. Trying again. {Message}")]
    public static partial void Unreachable(ILogger logger, string message);

    [LoggerMessage(4, LogLevel.Error, "The Lease is lost. This process ends, so that there are never two leaders.")]
    public static partial void Lost(ILogger logger);
}
