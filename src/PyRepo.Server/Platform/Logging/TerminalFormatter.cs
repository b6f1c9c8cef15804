using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace PyRepo.Server.Platform.Logging;

/// <summary>
/// Writes <c>HH:mm:ss level message</c> in local time. Lines of an exception are indented, so that no message can look
/// like a line of its own.
/// </summary>
sealed class TerminalFormatter(TimeProvider clock) : ConsoleFormatter(FormatterName)
{
    /// <summary>The name by which the console's options select it.</summary>
    public const string FormatterName = "terminal";

    /// <inheritdoc/>
    public override void Write<TState>(
        in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var time = clock.GetLocalNow().ToString("HH:mm:ss", CultureInfo.InvariantCulture);
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        textWriter.WriteLine($"{time} {NameOf(logEntry.LogLevel)} {ControlCharacters.Escape(message)}");
        if (logEntry.Exception is not { } exception)
            return;
        foreach (var line in exception.ToString().Split('\n'))
            textWriter.WriteLine($"         {ControlCharacters.Escape(line.TrimEnd('\r'))}");
    }

    static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Critical => "critical",
        LogLevel.Error => "error",
        LogLevel.Warning => "warning",
        LogLevel.Information => "info",
        _ => "debug",
    };
}
