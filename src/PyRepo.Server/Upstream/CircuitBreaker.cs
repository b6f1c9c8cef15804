using Microsoft.Extensions.Logging;

namespace PyRepo.Server.Upstream;

/// <summary>
/// Spares an upstream that is down, and those who wait for it: after some failures in a row nobody is sent there for a
/// while that doubles. A Retry-After of upstream's is kept to.
/// </summary>
/// <param name="clock">The time.</param>
/// <param name="logger">Told when upstream begins to fail, and when it answers again.</param>
/// <param name="opens">Whether requests are ever held back; else this only remembers how upstream fares.</param>
sealed class CircuitBreaker(TimeProvider clock, ILogger logger, bool opens = true)
{
    const int FailuresToOpen = 3;
    static readonly TimeSpan _initialPause = TimeSpan.FromSeconds(1);
    static readonly TimeSpan _maxPause = TimeSpan.FromSeconds(30);
    readonly Lock _lock = new();
    int _failures;
    DateTimeOffset _until;
    string _why = "";
    string? _unusable;

    /// <summary>The moment of the last success.</summary>
    public DateTimeOffset? LastSuccess { get; private set; }

    /// <summary>Whether the last answer was a failure, or of no use.</summary>
    public bool IsFailing => _failures > 0 || _unusable is not null;

    /// <summary>Lets a request pass, or refuses.</summary>
    /// <exception cref="UpstreamUnavailableException">Upstream is left alone for now.</exception>
    public void Enter()
    {
        lock (_lock)
        {
            var wait = _until - clock.GetUtcNow();
            if (wait > TimeSpan.Zero)
                throw new UpstreamUnavailableException(_why) { RetryAfter = wait };
        }
    }

    /// <summary>Why the last answer was a failure; null: it was none.</summary>
    public string? LastError => _failures > 0 ? _why : _unusable;

    /// <summary>Upstream answered.</summary>
    public void Succeeded()
    {
        lock (_lock)
        {
            if (_failures > 0)
                Log.UpstreamAnswers(logger);
            _failures = 0;
            _until = default;
            LastSuccess = clock.GetUtcNow();
        }
    }

    /// <summary>It is another upstream from now on, or another way there.</summary>
    public void Forget()
    {
        lock (_lock)
            (_failures, _until, _unusable, LastSuccess) = (0, default, null, null);
    }

    /// <summary>
    /// Upstream answered, and nothing can be made of it: wrong credentials, a log-in form. Others of its answers may be good:
    /// nobody is kept from asking.
    /// </summary>
    public void ReportUnusable(string why)
    {
        lock (_lock)
        {
            if (_unusable is null)
                Log.UpstreamFails(logger, why);
            _unusable = why;
        }
    }

    /// <summary>An answer of upstream's was of use.</summary>
    public void ReportUsable()
    {
        lock (_lock)
        {
            if (_unusable is not null)
                Log.UpstreamAnswers(logger);
            _unusable = null;
        }
    }

    /// <summary>Upstream did not answer.</summary>
    public void Failed(string why, TimeSpan? retryAfter)
    {
        lock (_lock)
        {
            if (_failures++ == 0)
                Log.UpstreamFails(logger, why);
            _why = why;
            if (!opens)
                return;
            var pause = _failures < FailuresToOpen
                ? TimeSpan.Zero
                : TimeSpan.FromTicks(Math.Min(_maxPause.Ticks, _initialPause.Ticks << Math.Min(10, _failures - FailuresToOpen)));
            _until = clock.GetUtcNow() + (retryAfter > pause ? retryAfter.Value : pause);
        }
    }
}
