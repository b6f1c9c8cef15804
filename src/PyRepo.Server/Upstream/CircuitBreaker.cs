using Microsoft.Extensions.Logging;
using PyRepo.Packaging.Names;

namespace PyRepo.Server.Upstream;

/// <summary>
/// Protects an upstream that is down, and the clients that wait for it. After several failures in a row, it blocks
/// requests for a pause that doubles each time. A project whose page alone fails does not count more than once, however
/// often it is requested.
/// </summary>
/// <param name="clock">The clock.</param>
/// <param name="logger">Receives messages when upstream starts to fail, and when it recovers.</param>
/// <param name="opens">Whether to ever block requests. Otherwise, this only tracks the health of upstream.</param>
sealed class CircuitBreaker(TimeProvider clock, ILogger logger, bool opens = true)
{
    /// <summary>
    /// The message of a blocked request. It does not repeat the last failure, which names a project that another
    /// client requested.
    /// </summary>
    const string Blocked = "Upstream failed, and is not asked again yet.";

    const int FailuresToOpen = 3;
    static readonly TimeSpan _initialPause = TimeSpan.FromSeconds(1);
    static readonly TimeSpan _maxPause = TimeSpan.FromSeconds(30);
    readonly Lock _lock = new();
    readonly HashSet<ProjectName> _failedProjects = [];
    int _failures;
    long _blockedAt;
    TimeSpan _pause;
    string _failure = "";
    string? _unusable;

    /// <summary>The moment of the last success.</summary>
    public DateTimeOffset? LastSuccess { get; private set; }

    /// <summary>Whether the last request failed, or its response was unusable.</summary>
    public bool IsFailing => _failures > 0 || _unusable is not null;

    /// <summary>Allows a request, or throws.</summary>
    /// <exception cref="UpstreamUnavailableException">Requests to upstream are blocked for now.</exception>
    public void Enter()
    {
        lock (_lock)
        {
            if (_pause <= TimeSpan.Zero)
                return;
            var wait = _pause - clock.GetElapsedTime(_blockedAt);
            if (wait > TimeSpan.Zero)
                throw new UpstreamUnavailableException(Blocked) { RetryAfter = wait };
        }
    }

    /// <summary>Why the last request failed or its response was unusable, or null if neither is the case.</summary>
    public string? LastError => _failures > 0 ? _failure : _unusable;

    /// <summary>Records that upstream responded.</summary>
    public void Succeeded()
    {
        lock (_lock)
        {
            if (_failures > 0)
                Log.UpstreamAnswers(logger);
            _failures = 0;
            _failedProjects.Clear();
            _pause = default;
            LastSuccess = clock.GetUtcNow();
        }
    }

    /// <summary>Resets the state, because the upstream or the route to it has changed.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            (_failures, _pause, _unusable, LastSuccess) = (0, default, null, null);
            _failedProjects.Clear();
        }
    }

    /// <summary>
    /// Records that upstream sent an unusable response, for example because of wrong credentials, or with a login form.
    /// Its other responses may be usable, so this does not block requests.
    /// </summary>
    public void ReportUnusable(string reason)
    {
        lock (_lock)
        {
            if (_unusable is null)
                Log.UpstreamFails(logger, reason);
            _unusable = reason;
        }
    }

    /// <summary>Records that upstream sent a usable response.</summary>
    public void ReportUsable()
    {
        lock (_lock)
        {
            if (_unusable is not null)
                Log.UpstreamAnswers(logger);
            _unusable = null;
        }
    }

    /// <summary>Records that upstream did not respond, or responded with a failure.</summary>
    /// <param name="reason">What happened.</param>
    /// <param name="project">
    /// The project for which upstream responded with a failure, or null if it did not respond at all.
    /// </param>
    public void Failed(string reason, ProjectName? project)
    {
        lock (_lock)
        {
            _failure = reason;
            if (project is { } name && !TryCount(name))
                return;
            if (_failures++ == 0)
                Log.UpstreamFails(logger, reason);
            if (!opens)
                return;
            var pause = _failures < FailuresToOpen
                ? TimeSpan.Zero
                : TimeSpan.FromTicks(
                    Math.Min(_maxPause.Ticks, _initialPause.Ticks << Math.Min(10, _failures - FailuresToOpen)));
            (_blockedAt, _pause) = (clock.GetTimestamp(), pause);
        }
    }

    /// <summary>
    /// Counts a project that failed, and returns whether it is a further one. Once requests are blocked, every failure
    /// is.
    /// </summary>
    bool TryCount(ProjectName project) => _failedProjects.Count >= FailuresToOpen || _failedProjects.Add(project);
}
