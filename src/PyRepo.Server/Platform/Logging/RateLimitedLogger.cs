using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Platform.Logging;

/// <summary>
/// Logs the first messages of each kind in a minute, and counts the others. A kind is an event of a category: clients
/// choose the values in a message, but not how many kinds there are.
/// </summary>
sealed class RateLimitedLogger(ILogger inner, IReadOnlySet<string> unlimited) : ILogger
{
    readonly ConcurrentDictionary<EventId, MessageCount> _counts = new();

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => inner.BeginScope(state);

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

    /// <inheritdoc/>
    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
            return;
        var count = _counts.GetOrAdd(eventId, static _ => new MessageCount());
        var isLimited = eventId.Name is not { } name || !unlimited.Contains(name);
        if (count.Add() > ServerLimits.MaxLogMessagesPerMinute && isLimited)
            return;
        var line = LogLine.From(state, exception, formatter);
        if (isLimited)
            count.Last = (logLevel, line.Template ?? line.Message);
        var bounded = LoggedException.Shorten(exception);
        inner.Log(logLevel, eventId, line, bounded, static (line, _) => line.Message);
    }

    /// <summary>Begins another minute, and logs how many messages of the last one were left out.</summary>
    public void BeginMinute()
    {
        foreach (var (kind, count) in _counts)
        {
            var more = count.Reset() - ServerLimits.MaxLogMessagesPerMinute;
            if (more <= 0 || count.Last is not { } last)
                continue;
            var line = LogLine.LeftOut(more, last.Message);
            inner.Log(last.Level, kind, line, null, static (line, _) => line.Message);
        }
    }
}

/// <summary>How many messages of a kind there were since the minute began.</summary>
sealed class MessageCount
{
    int _count;

    /// <summary>The level and the text of the last message that was logged.</summary>
    public (LogLevel Level, string Message)? Last { get; set; }

    /// <summary>Adds one, and returns how many there are.</summary>
    public int Add() => Interlocked.Increment(ref _count);

    /// <summary>Begins anew, and returns how many there were.</summary>
    public int Reset() => Interlocked.Exchange(ref _count, 0);
}

/// <summary>An exception as it is logged: with a bounded length.</summary>
sealed class LoggedException : Exception
{
    readonly string _text;

    LoggedException(string message, string text) : base(message) => _text = text;

    /// <summary>Returns the exception, or what may be logged of it.</summary>
    public static Exception? Shorten(Exception? exception)
    {
        var text = exception?.ToString();
        return text is null || text.Length <= ServerLimits.MaxLoggedExceptionLength
            ? exception
            : new LoggedException(
                LogLine.Cut(exception!.Message, ServerLimits.MaxLogValueLength),
                LogLine.Cut(text, ServerLimits.MaxLoggedExceptionLength));
    }

    /// <inheritdoc/>
    public override string ToString() => _text;
}
