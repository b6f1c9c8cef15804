using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace PyRepo.Server.Platform.Logging;

/// <summary>Bounds how much a server logs, whatever its clients and upstreams do.</summary>
sealed class RateLimitedLoggerProvider : ILoggerProvider
{
    static readonly TimeSpan _minute = TimeSpan.FromMinutes(1);
    readonly ConcurrentDictionary<string, RateLimitedLogger> _loggers = new(StringComparer.Ordinal);
    readonly ILoggerProvider _inner;
    readonly IReadOnlySet<string> _unlimited;
    readonly ITimer _timer;

    /// <param name="inner">Writes the messages.</param>
    /// <param name="unlimited">The names of events of which none is left out.</param>
    /// <param name="clock">The clock.</param>
    public RateLimitedLoggerProvider(ILoggerProvider inner, IReadOnlySet<string> unlimited, TimeProvider clock)
    {
        (_inner, _unlimited) = (inner, unlimited);
        _timer = clock.CreateTimer(
            static self => ((RateLimitedLoggerProvider)self!).BeginMinute(), this, _minute, _minute);
    }

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => _loggers.GetOrAdd(
        categoryName,
        static (name, self) => new RateLimitedLogger(self._inner.CreateLogger(name), self._unlimited), this);

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer.Dispose();
        BeginMinute();
        _inner.Dispose();
    }

    void BeginMinute()
    {
        try
        {
            foreach (var logger in _loggers.Values)
                logger.BeginMinute();
        }
        catch (Exception)
        {
            // An exception would leave the timer, and end the process. What could not be logged is lost.
        }
    }
}
