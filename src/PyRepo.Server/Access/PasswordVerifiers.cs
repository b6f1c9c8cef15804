namespace PyRepo.Server.Access;

/// <summary>
/// The verifiers in use. Secrets of equal content share one, and a Secret that a changed configuration leaves alone
/// keeps its own, with the passwords that it remembers.
/// </summary>
sealed class PasswordVerifiers(TimeProvider clock)
{
    readonly LoginThrottle _throttle = new(clock);
    readonly Dictionary<string, PasswordVerifier> _verifiers = new(StringComparer.Ordinal);

    /// <summary>Returns the verifier for the users of a Secret.</summary>
    public PasswordVerifier For(UserStore users)
    {
        var fingerprint = users.Fingerprint();
        if (!_verifiers.TryGetValue(fingerprint, out var verifier))
            _verifiers[fingerprint] = verifier = new PasswordVerifier(users, _throttle, clock);
        return verifier;
    }

    /// <summary>Forgets the verifiers that are no longer in use.</summary>
    public void RemoveOthers(IReadOnlySet<PasswordVerifier> used)
    {
        foreach (var (fingerprint, _) in _verifiers.Where(v => !used.Contains(v.Value)).ToList())
            _verifiers.Remove(fingerprint);
    }
}
