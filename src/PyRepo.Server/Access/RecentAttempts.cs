namespace PyRepo.Server.Access;

/// <summary>
/// The recent attempts of many pairs of a user and an address. It forgets those with the fewest failures when they
/// become too many. It is not thread-safe.
/// </summary>
sealed class RecentAttempts(TimeProvider clock)
{
    const int MaxRemembered = 4096;
    readonly Dictionary<LoginPair, LoginAttempts> _attempts = [];

    /// <summary>Returns those of a pair.</summary>
    public LoginAttempts Of(LoginPair pair)
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
