namespace PyRepo.Server.Access;

/// <summary>
/// Limits what guessing passwords costs the whole process. Hashes are computed in two queues: users that log in from an
/// address for the first time do not wait for those whose passwords were wrong.
/// </summary>
sealed class LoginThrottle(TimeProvider clock)
{
    /// <summary>The number of pairs of a user and an address, and of addresses, that are remembered.</summary>
    const int MaxRemembered = 4096;

    /// <summary>From this number of failures on, with any user names, all logins from an address count as guesses.</summary>
    const int MaxFailuresOfAddress = 10;

    static readonly TimeSpan _addressInterval = TimeSpan.FromSeconds(1);

    readonly Lock _lock = new();
    readonly Dictionary<LoginPair, LoginAttempts> _attempts = [];
    readonly Dictionary<string, FailureCount> _addresses = new(StringComparer.Ordinal);
    readonly SemaphoreSlim _logins = new(Math.Max(1, Environment.ProcessorCount / 2));
    readonly SemaphoreSlim _guesses = new(1);

    /// <summary>Returns the attempts of a user from an address. The caller must leave them.</summary>
    public LoginAttempts Enter(LoginPair pair)
    {
        lock (_lock)
        {
            if (!_attempts.TryGetValue(pair, out var attempts))
            {
                MakeRoom();
                _attempts[pair] = attempts = new LoginAttempts(pair, clock);
            }
            attempts.Requests++;
            return attempts;
        }
    }

    /// <summary>Ends the use of attempts, which are forgotten if none of them failed.</summary>
    public void Leave(LoginAttempts attempts)
    {
        lock (_lock)
        {
            if (--attempts.Requests == 0 && attempts.IsEmpty)
                _attempts.Remove(attempts.Pair);
        }
    }

    /// <summary>Returns the queue in which to compute the next hash.</summary>
    public SemaphoreSlim QueueFor(LoginAttempts attempts)
    {
        lock (_lock)
        {
            var isGuess = attempts.HasFailed
                || (_addresses.TryGetValue(attempts.Pair.Address, out var failures)
                    && failures.Now(_addressInterval, clock) > MaxFailuresOfAddress);
            return isGuess ? _guesses : _logins;
        }
    }

    /// <summary>Counts a failure.</summary>
    public void Fail(LoginAttempts attempts, byte[] proof)
    {
        attempts.Fail(proof);
        var address = attempts.Pair.Address;
        lock (_lock)
        {
            _addresses[address] = _addresses.GetValueOrDefault(address).Add(_addressInterval, clock);
            if (_addresses.Count > MaxRemembered)
                RemoveLowest();
        }
    }

    void MakeRoom()
    {
        if (_attempts.Count < MaxRemembered)
            return;
        foreach (var (pair, _) in _attempts.Where(a => a.Value is { Requests: 0, IsEmpty: true }).ToList())
            _attempts.Remove(pair);
        if (_attempts.Count < MaxRemembered)
            return;
        // Somebody tries many names. Forget a part at once, so that this is rarely repeated.
        foreach (var (pair, _) in _attempts.Where(a => a.Value.Requests == 0).Take(MaxRemembered / 4).ToList())
            _attempts.Remove(pair);
    }

    void RemoveLowest()
    {
        var lowest = _addresses.OrderBy(a => a.Value.Now(_addressInterval, clock)).Take(MaxRemembered / 4).ToList();
        foreach (var (address, _) in lowest)
            _addresses.Remove(address);
    }
}
