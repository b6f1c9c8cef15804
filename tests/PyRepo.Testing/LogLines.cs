using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace PyRepo.Testing;

/// <summary>A log whose lines, of warnings and worse, a test waits for.</summary>
public sealed class LogLines : ILogger
{
    readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    /// <summary>The next line.</summary>
    public ValueTask<string> NextAsync() => _lines.Reader.ReadAsync();

    /// <summary>All lines that nobody has taken yet.</summary>
    public List<string> TakeAll()
    {
        var lines = new List<string>();
        while (_lines.Reader.TryRead(out var line))
            lines.Add(line);
        return lines;
    }

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    /// <inheritdoc/>
    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            _lines.Writer.TryWrite(formatter(state, exception));
    }
}
