namespace PyRepo.Server.Access;

/// <summary>
/// The verifiers in use. Repositories whose users are in one Secret share one, and a Secret that a changed
/// configuration leaves alone keeps its own, with the passwords that it remembers.
/// </summary>
sealed class PasswordVerifiers(TimeProvider clock)
{
    readonly LoginThrottle _throttle = new(clock);
    readonly Dictionary<(string Secret, string Fingerprint), PasswordVerifier> _verifiers = [];

    /// <summary>Returns the verifier for the users of a Secret.</summary>
    public PasswordVerifier For(UserStore users)
    {
        var key = (users.Secret, users.Fingerprint());
        if (!_verifiers.TryGetValue(key, out var verifier))
            _verifiers[key] = verifier = new PasswordVerifier(users, _throttle, clock);
        return verifier;
    }

    /// <summary>Forgets the verifiers that are no longer in use.</summary>
    public void RemoveOthers(IReadOnlySet<PasswordVerifier> used)
    {
        foreach (var (key, _) in _verifiers.Where(v => !used.Contains(v.Value)).ToList())
            _verifiers.Remove(key);
    }
}
