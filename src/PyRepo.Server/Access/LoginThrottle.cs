using PyRepo.Server.Limits;

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
    readonly Dictionary<string, int> _addressesOfUsers = new(StringComparer.Ordinal);
    readonly TimeProvider _clock;
    readonly FailureCounts _addresses, _connections, _users, _guesses;
    readonly KnownAddresses _known = new();
    readonly HashQueue _logins = new(Math.Max(1, Environment.ProcessorCount / 2));
    readonly HashQueue _guessing, _suspects;

    public LoginThrottle(TimeProvider clock)
    {
        _clock = clock;
        _addresses = new FailureCounts(TimeSpan.FromSeconds(1), clock);
        _connections = new FailureCounts(TimeSpan.FromSeconds(5), clock);
        _users = new FailureCounts(TimeSpan.FromMinutes(1), clock);
        _guesses = new FailureCounts(TimeSpan.FromSeconds(5), clock);
        _suspects = new HashQueue(1);
        _guessing = new HashQueue(1, next: _suspects);
    }

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
                _addressesOfUsers[pair.User] = _addressesOfUsers.GetValueOrDefault(pair.User) + 1;
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
            var user = attempts.Pair.User;
            if (--_addressesOfUsers[user] == 0)
                _addressesOfUsers.Remove(user);
            if (!attempts.HasFailed)
                _attempts.Remove(attempts.Pair);
        }
    }

    /// <summary>
    /// Whether anybody guessed at a user within the minute, or logs in as the user from several addresses at once.
    /// </summary>
    bool IsAttacked(string user)
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
        attempts.HasFailed || !attempts.Pair.Exists || IsAttacked(attempts.Pair.User) ? _guessing
        : _addresses.Of(attempts.Pair.Address) <= MaxFailuresOfAddress ? _logins
        // An Ingress uses a connection for many clients, so a connection counts only for a suspect address.
        : _connections.Of(connection) > 0 ? _guessing
        : _suspects;

    /// <summary>
    /// Lets a wrong password wait as long as one for a name that does not exist, so that the time tells nobody which
    /// names exist.
    /// </summary>
    public async Task HoldBackAsync(LoginAttempts attempts, HashQueue queue, CancellationToken cancellationToken)
    {
        if (queue != _logins)
            return;
        await _guessing.EnterAsync(attempts.Pair, cancellationToken);
        _guessing.Leave();
    }

    /// <summary>
    /// Whether one more password may be tried for a user, who may not exist. All addresses share a number of them, but
    /// those from which the user logged in before: nobody can use up what these have.
    /// </summary>
    /// <remarks>The guess counts until it is taken back, so that many at once are no more than one after the other.</remarks>
    public bool TryGuess(LoginPair pair) =>
        _known.Contains(pair) || _guesses.TryAdd(pair.User, ServerLimits.MaxGuessesAtUser);

    /// <summary>Takes back a guess that told nothing, because the password was right or was not checked.</summary>
    public void TakeBack(LoginPair pair)
    {
        if (!_known.Contains(pair))
            _guesses.Remove(pair.User);
    }

    /// <summary>Notes that a user logged in.</summary>
    public void Succeed(LoginPair pair) => _known.Add(pair);

    /// <summary>Counts a failure.</summary>
    public void Fail(LoginAttempts attempts, string connection)
    {
        attempts.Fail();
        if (attempts.Pair.Exists)
            _users.Add(attempts.Pair.User);
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
