using Microsoft.Extensions.Logging;

namespace PyRepo.Server.Tests.Platform.Logging;

/// <summary>Keeps what is logged.</summary>
sealed class WrittenLines : ILoggerProvider, ILogger
{
    public List<(LogLevel Level, string Message, string Exception)> Lines { get; } = [];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter) =>
        Lines.Add((logLevel, formatter(state, exception), exception?.ToString() ?? ""));

    public void Dispose()
    {
    }
}
