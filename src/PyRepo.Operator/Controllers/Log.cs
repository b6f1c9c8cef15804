using Microsoft.Extensions.Logging;

namespace PyRepo.Operator.Controllers;

static partial class Log
{
    [LoggerMessage(1, LogLevel.Debug, "Visited {Kind} {Name}: {Reason}.")]
    public static partial void Reconciled(ILogger logger, string kind, string name, string reason);

    [LoggerMessage(2, LogLevel.Information, "{Verb} {Child} {Difference}")]
    public static partial void Changed(ILogger logger, string verb, string child, string difference);

    [LoggerMessage(3, LogLevel.Information, "This process leads.")]
    public static partial void Leads(ILogger logger);

    [LoggerMessage(5, LogLevel.Warning, "The API server can't be asked yet. It is tried again. {Sentence}")]
    public static partial void Unreachable(ILogger logger, string sentence);

    [LoggerMessage(4, LogLevel.Error, "The Lease is lost: this process ends, so that no two act.")]
    public static partial void Lost(ILogger logger);
}
