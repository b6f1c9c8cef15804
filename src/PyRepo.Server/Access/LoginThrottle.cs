namespace PyRepo.Server.Access;

/// <summary>
/// Limits what guessing passwords costs the whole process. Hashes are computed in several queues, so that a user who
/// logs in does not wait for those whose passwords were wrong.
/// </summary>
sealed class LoginThrottle
{
    /// <summary>From this number of failures on, with any user names, an address is suspect.</summary>
    const int MaxFailuresOfAddress = 10;

    readonly Lock _lock = new();

    /// <summary>
    /// Those at names that exist, and those at others, of which anybody may make up any number: they must not make the
    /// failures at a real user be forgotten.
    /// </summary>
    readonly RecentAttempts _atUsers, _atOthers;

    readonly Dictionary<LoginUser, int> _addressesOfUsers = [];
    readonly FailureCounts<string> _addresses, _connections;
    readonly FailureCounts<LoginUser> _users;
    readonly HashQueue _logins, _guessing, _suspects;

    public LoginThrottle(TimeProvider clock)
    {
        _atUsers = new RecentAttempts(clock);
        _atOthers = new RecentAttempts(clock);
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
            var attempts = AttemptsAt(pair).Get(pair);
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
                AttemptsAt(attempts.Pair).Remove(attempts.Pair);
        }
    }

    RecentAttempts AttemptsAt(LoginPair pair) => pair.Exists ? _atUsers : _atOthers;

    /// <summary>
    /// Whether anybody guessed at a user within the minute, or logs in as the user from several addresses at once.
    /// </summary>
    bool IsAttacked(LoginUser user)
    {
        lock (_lock)
            return _addressesOfUsers.GetValueOrDefault(user) > 1 || _users.GetCount(user) > 0;
    }

    /// <summary>Returns the queue in which to compute the next hash.</summary>
    /// <remarks>
    /// Somebody who guesses from many addresses or at many names must not hold up users whom nobody guesses at. So
    /// names that do not exist, and those that seem to be attacked, are not in the first queue.
    /// </remarks>
    public HashQueue QueueFor(LoginAttempts attempts, string connection) =>
        attempts.HasFailed || !attempts.Pair.Exists || IsAttacked(attempts.Pair.Account) ? _guessing
        : _addresses.GetCount(attempts.Pair.Address) <= MaxFailuresOfAddress ? _logins
        // An Ingress uses a connection for many clients, so a connection counts only for a suspect address.
        : _connections.GetCount(connection) > 0 ? _guessing
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
}

/// <summary>
/// The recent attempts of many pairs of a user and an address. It forgets those with the fewest failures when they
/// become too many. It is not thread-safe.
/// </summary>
sealed class RecentAttempts(TimeProvider clock)
{
    const int MaxRemembered = 4096;
    readonly Dictionary<LoginPair, LoginAttempts> _attempts = [];

    /// <summary>Returns those of a pair.</summary>
    public LoginAttempts Get(LoginPair pair)
    {
        if (!_attempts.TryGetValue(pair, out var attempts))
        {
            MakeRoom();
            _attempts[pair] = attempts = new LoginAttempts(pair, clock);
        }
        return attempts;
    }

    /// <summary>Forgets those of a pair.</summary>
    public void Remove(LoginPair pair) => _attempts.Remove(pair);

    void MakeRoom()
    {
        if (_attempts.Count < MaxRemembered)
            return;
        foreach (var (pair, _) in _attempts.Where(a => a.Value is { Requests: 0, HasFailed: false }).ToList())
            _attempts.Remove(pair);
        if (_attempts.Count < MaxRemembered)
            return;
        // Somebody tries many names. Forget a part at once, so that this is rarely repeated.
        var unused = _attempts.Where(a => a.Value.Requests == 0).OrderBy(a => a.Value.Failures);
        foreach (var (pair, _) in unused.Take(MaxRemembered / 4).ToList())
            _attempts.Remove(pair);
    }
}
