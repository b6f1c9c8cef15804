using Microsoft.Extensions.Logging;

namespace PyRepo.Kubernetes.Tests.Leases;

/// <summary>A log that a test can wait for.</summary>
sealed class MessageLog : ILogger
{
    readonly Lock _lock = new();
    readonly List<string> _messages = [];
    TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Waits until a message holds a text.</summary>
    public async Task SaysAsync(string text)
    {
        while (true)
        {
            Task more;
            lock (_lock)
            {
                if (_messages.Exists(m => m.Contains(text, StringComparison.Ordinal)))
                    return;
                more = _more.Task;
            }
            await more;
        }
    }

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        lock (_lock)
        {
            _messages.Add(formatter(state, exception));
            _more.SetResult();
            _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;
}
