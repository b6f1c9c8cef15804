using System.CommandLine;
using Microsoft.Extensions.Logging;
using PyRepo.Operator.Logging;

namespace PyRepo.Operator.Commands;

/// <summary>The log, on standard error: lines for people on a terminal, else JSON.</summary>
sealed class LoggingOptions
{
    readonly Option<string> _level = new Option<string>("--log-level")
    {
        Description = "The least severe messages that are logged: Debug, Information, Warning or Error.",
        HelpName = "LEVEL",
        DefaultValueFactory = _ => nameof(LogLevel.Information),
    }.AcceptOnlyFromAmong(
        nameof(LogLevel.Debug), nameof(LogLevel.Information), nameof(LogLevel.Warning), nameof(LogLevel.Error));

    /// <summary>Makes a command take them.</summary>
    public void AddTo(Command command) => command.Options.Add(_level);

    /// <summary>The log of a command line.</summary>
    public ILogger Open(ParseResult parsed)
    {
        const string category = "PyRepo.Operator";
        var level = Enum.Parse<LogLevel>(parsed.GetRequiredValue(_level));
        var output = Console.OpenStandardError();
        return Console.IsErrorRedirected
            ? new JsonLogger(category, level, output, TimeProvider.System)
            : new TerminalLogger(category, level, output);
    }
}
