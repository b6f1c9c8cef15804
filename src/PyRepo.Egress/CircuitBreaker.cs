using Microsoft.Extensions.Logging;

namespace PyRepo.Egress;

/// <summary>
/// Protects an upstream that is down, and the clients that wait for it. After several requests in a row that got no
/// answer at all, a probe decides: if it gets none either, requests are blocked for a pause that doubles with each
/// probe. No caller decides, because nobody knows whether a name that got no answer would get one elsewhere.
/// </summary>
/// <param name="clock">The clock.</param>
/// <param name="logger">Receives messages when upstream starts to fail, and when it recovers.</param>
/// <param name="probe">
/// Returns whether a URL that worked before is answered, or the root if there is none. Null: requests are never
/// blocked, and this only tracks the health of upstream.
/// </param>
sealed class CircuitBreaker(TimeProvider clock, ILogger logger, Func<Uri?, Task<bool>>? probe = null)
{
    /// <summary>
    /// The message of a blocked request. It does not repeat the last failure, which names a project that another
    /// client requested.
    /// </summary>
    const string Blocked = "Upstream failed, and is not asked again yet.";

    const int FailuresToProbe = 3;
    static readonly TimeSpan _initialPause = TimeSpan.FromSeconds(1);
    static readonly TimeSpan _maxPause = TimeSpan.FromSeconds(30);
    readonly Lock _lock = new();
    Uri? _working;
    int _unanswered;
    int _failedProbes;
    Task? _probing;
    long? _probedAt;
    long _upstreams;
    string? _failure;
    string? _unusable;

    /// <summary>The moment of the last success.</summary>
    public DateTimeOffset? LastSuccess { get; private set; }

    /// <summary>Whether the last request failed, or its response was unusable.</summary>
    public bool IsFailing => LastError is not null;

    /// <summary>Why the last request failed or its response was unusable, or null if neither is the case.</summary>
    public string? LastError => _failure ?? _unusable;

    TimeSpan Pause => _failedProbes == 0
        ? TimeSpan.Zero
        : TimeSpan.FromTicks(Math.Min(_maxPause.Ticks, _initialPause.Ticks << Math.Min(10, _failedProbes - 1)));

    /// <summary>Allows a request, or throws. It waits for a probe that is under way or due.</summary>
    /// <exception cref="UpstreamUnavailableException">Requests to upstream are blocked for now.</exception>
    public async ValueTask EnterAsync(CancellationToken cancellationToken)
    {
        Task probing;
        lock (_lock)
        {
            if (_probing is null && _failedProbes == 0)
                return;
            if (_probing is null)
                ThrowDuringPause();
            probing = _probing ?? BeginProbe();
        }
        await probing.WaitAsync(cancellationToken);
        lock (_lock)
            ThrowDuringPause();
    }

    /// <summary>Records that upstream responded, whatever it says.</summary>
    public void Answered()
    {
        lock (_lock)
            (_unanswered, _failedProbes) = (0, 0);
    }

    /// <summary>Records that upstream responded with something else than a failure.</summary>
    /// <param name="url">The requested URL, if upstream has it.</param>
    public void Succeeded(Uri? url)
    {
        lock (_lock)
        {
            if (_failure is not null)
                Log.UpstreamAnswers(logger);
            (_failure, _unanswered, _failedProbes) = (null, 0, 0);
            _working = url ?? _working;
            LastSuccess = clock.GetUtcNow();
        }
    }

    /// <summary>Resets the state, because the upstream or the route to it has changed.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            (_working, _unanswered, _failedProbes, _probing, _probedAt) = (null, 0, 0, null, null);
            (_failure, _unusable, LastSuccess) = (null, null, null);
            _upstreams++;
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

    /// <summary>
    /// Records that upstream responded with a failure. It is the answer to this request, so it blocks no others.
    /// </summary>
    public void Refused(string reason)
    {
        lock (_lock)
            Note(reason);
    }

    /// <summary>Records that upstream did not respond.</summary>
    public void Failed(string reason)
    {
        lock (_lock)
        {
            Note(reason);
            _unanswered++;
            if (probe is not null && _unanswered >= FailuresToProbe && _probing is null && _failedProbes == 0
                && !(_probedAt is { } last && clock.GetElapsedTime(last) < _initialPause))
            {
                BeginProbe();
            }
        }
    }

    void Note(string reason)
    {
        if (_failure is null)
            Log.UpstreamFails(logger, reason);
        _failure = reason;
    }

    void ThrowDuringPause()
    {
        if (_failedProbes > 0 && Pause - clock.GetElapsedTime(_probedAt!.Value) is var wait && wait > TimeSpan.Zero)
            throw new UpstreamUnavailableException(Blocked) { RetryAfter = wait };
    }

    Task BeginProbe()
    {
        var (url, upstream) = (_working, _upstreams);
        return _probing = DetachedTask.Run(() => ProbeAsync(url, upstream));
    }

    async Task ProbeAsync(Uri? url, long upstream)
    {
        var isAnswered = false;
        string? broken = null;
        try
        {
            isAnswered = await probe!(url);
        }
        catch (Exception error)
        {
            // Nobody else may see it. Whoever waits for the probe, and whoever comes later, is told that it failed.
            broken = $"Upstream could not be probed: {error}";
        }
        lock (_lock)
        {
            if (upstream != _upstreams)
                return; // It was about another one.
            if (broken is not null)
            {
                Log.UpstreamFails(logger, broken);
                _failure = broken;
            }
            (_probing, _probedAt) = (null, clock.GetTimestamp());
            (_unanswered, _failedProbes) = isAnswered ? (0, 0) : (_unanswered, _failedProbes + 1);
        }
    }
}
