using PyRepo.Packaging.Hashes;

namespace PyRepo.Server.Access;

/// <summary>
/// The checks of passwords that are being made. Whoever brings a password that is being checked waits for the same
/// check. So many clients that start at once with one user's password cost one hash, and one guess at the user.
/// </summary>
sealed class SharedChecks(LoginThrottle throttle)
{
    readonly Lock _lock = new();
    readonly Dictionary<Sha256Digest, SharedCheck> _running = [];

    /// <summary>Joins the check of a password, or starts it.</summary>
    /// <param name="proof">The user and the password.</param>
    /// <param name="attempts">The attempts of the user from an address.</param>
    /// <param name="connection">The identifier of the connection.</param>
    /// <param name="work">Makes the check, and says whether the password is right.</param>
    /// <returns>The check, or null if it would be one more than there may be for the user.</returns>
    public SharedCheck? Join(
        Sha256Digest proof, LoginAttempts attempts, string connection,
        Func<SharedCheck, HashQueue, Task<bool>> work)
    {
        lock (_lock)
        {
            if (_running.TryGetValue(proof, out var running) && running.TryJoin(attempts, connection))
                return running;
            if (throttle.Guesses.TryTake(attempts.Pair) is not { } guess)
                return null;
            var queue = throttle.QueueFor(attempts, connection);
            var check = new SharedCheck(throttle, guess);
            check.TryJoin(attempts, connection);
            _running[proof] = check;
            check.Start(() => RunAsync(proof, check, () => work(check, queue)));
            return check;
        }
    }

    async Task<bool> RunAsync(Sha256Digest proof, SharedCheck check, Func<Task<bool>> work)
    {
        try
        {
            return await work();
        }
        finally
        {
            check.End();
            lock (_lock)
            {
                // Another may have started after all had left this one.
                if (_running.GetValueOrDefault(proof) == check)
                    _running.Remove(proof);
            }
        }
    }
}
