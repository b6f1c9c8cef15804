using System.Text;
using Microsoft.Extensions.Logging;

namespace PyRepo.Operator.Logging;

/// <summary>A log for people on a terminal: a line for each message, whose level has a color.</summary>
sealed class TerminalLogger(string category, LogLevel level, Stream output) : ILogger
{
    readonly Lock _lock = new();

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel >= level && logLevel is not LogLevel.None;

    /// <inheritdoc/>
    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
            return;
        var text = exception is null ? formatter(state, exception) : $"{formatter(state, exception)} {exception}";
        var line = $"{Name(logLevel)}: {category}[{eventId.Id}] {text.ReplaceLineEndings(" ")}\n";
        lock (_lock)
            StandardError.Write(output, Encoding.UTF8.GetBytes(line));
    }

    static string Name(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce",
        LogLevel.Debug => "dbug",
        LogLevel.Information => "\e[32minfo\e[39m",
        LogLevel.Warning => "\e[33mwarn\e[39m",
        LogLevel.Error => "\e[31mfail\e[39m",
        _ => "\e[1m\e[31mcrit\e[39m\e[22m",
    };
}
