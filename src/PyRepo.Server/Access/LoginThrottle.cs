namespace PyRepo.Server.Access;

/// <summary>
/// Limits what guessing passwords costs the whole process. Hashes are computed in several queues, so that a user who
/// logs in does not wait for those whose passwords were wrong.
/// </summary>
sealed class LoginThrottle
{
    /// <summary>The number of pairs of a user and an address that are remembered.</summary>
    const int MaxRemembered = 4096;

    /// <summary>From this number of failures on, with any user names, an address is suspect.</summary>
    const int MaxFailuresOfAddress = 10;

    readonly Lock _lock = new();
    readonly Dictionary<LoginPair, LoginAttempts> _attempts = [];
    readonly Dictionary<LoginUser, int> _addressesOfUsers = [];
    readonly TimeProvider _clock;
    readonly FailureCounts<string> _addresses, _connections;
    readonly FailureCounts<LoginUser> _users;
    readonly HashQueue _logins, _guessing, _suspects;

    public LoginThrottle(TimeProvider clock)
    {
        _clock = clock;
        _addresses = new FailureCounts<string>(TimeSpan.FromSeconds(1), clock);
        _connections = new FailureCounts<string>(TimeSpan.FromSeconds(5), clock);
        _users = new FailureCounts<LoginUser>(TimeSpan.FromMinutes(1), clock);
        Guesses = new GuessBudget(clock);
        _logins = new HashQueue(Math.Max(1, Environment.ProcessorCount / 2), clock);
        _suspects = new HashQueue(1, clock);
        _guessing = new HashQueue(1, clock, next: _suspects);
    }

    /// <summary>How many passwords may be tried for a user, from all addresses together.</summary>
    public GuessBudget Guesses { get; }

    /// <summary>Returns the attempts of a user from an address. The caller must leave them.</summary>
    public LoginAttempts Enter(LoginPair pair)
    {
        lock (_lock)
        {
            if (!_attempts.TryGetValue(pair, out var attempts))
            {
                MakeRoom();
                _attempts[pair] = attempts = new LoginAttempts(pair, _clock);
            }
            if (attempts.Requests++ == 0)
                _addressesOfUsers[pair.Account] = _addressesOfUsers.GetValueOrDefault(pair.Account) + 1;
            return attempts;
        }
    }

    /// <summary>Ends the use of attempts, which are forgotten if none of them failed.</summary>
    public void Leave(LoginAttempts attempts)
    {
        lock (_lock)
        {
            if (--attempts.Requests > 0)
                return;
            var user = attempts.Pair.Account;
            if (--_addressesOfUsers[user] == 0)
                _addressesOfUsers.Remove(user);
            if (!attempts.HasFailed)
                _attempts.Remove(attempts.Pair);
        }
    }

    /// <summary>
    /// Whether anybody guessed at a user within the minute, or logs in as the user from several addresses at once.
    /// </summary>
    bool IsAttacked(LoginUser user)
    {
        lock (_lock)
            return _addressesOfUsers.GetValueOrDefault(user) > 1 || _users.Of(user) > 0;
    }

    /// <summary>Returns the queue in which to compute the next hash.</summary>
    /// <remarks>
    /// Somebody who guesses from many addresses or at many names must not hold up users whom nobody guesses at. So
    /// names that do not exist, and those that seem to be attacked, are not in the first queue.
    /// </remarks>
    public HashQueue QueueFor(LoginAttempts attempts, string connection) =>
        attempts.HasFailed || !attempts.Pair.Exists || IsAttacked(attempts.Pair.Account) ? _guessing
        : _addresses.Of(attempts.Pair.Address) <= MaxFailuresOfAddress ? _logins
        // An Ingress uses a connection for many clients, so a connection counts only for a suspect address.
        : _connections.Of(connection) > 0 ? _guessing
        : _suspects;

    /// <summary>
    /// Lets a wrong password wait as long as one for a name that does not exist, so that the time tells nobody which
    /// names exist.
    /// </summary>
    public async Task HoldBackAsync(LoginPair pair, HashQueue queue)
    {
        if (queue != _logins)
            return;
        await _guessing.EnterAsync(pair, CancellationToken.None);
        _guessing.Leave();
    }

    /// <summary>Counts a failure.</summary>
    public void Fail(LoginAttempts attempts, string connection)
    {
        attempts.Fail();
        Guesses.Fail(attempts.Pair);
        if (attempts.Pair.Exists)
            _users.Add(attempts.Pair.Account);
        _addresses.Add(attempts.Pair.Address);
        _connections.Add(connection);
    }

    void MakeRoom()
    {
        if (_attempts.Count < MaxRemembered)
            return;
        foreach (var (pair, _) in _attempts.Where(a => a.Value is { Requests: 0, HasFailed: false }).ToList())
            _attempts.Remove(pair);
        if (_attempts.Count < MaxRemembered)
            return;
        // Somebody tries many names. Forget a part at once, so that this is rarely repeated.
        foreach (var (pair, _) in _attempts.Where(a => a.Value.Requests == 0).Take(MaxRemembered / 4).ToList())
            _attempts.Remove(pair);
    }
}
