namespace PyRepo.Storage.Buckets;

/// <summary>The pause before another attempt. Its length is random, so that those who conflicted do not meet again.</summary>
/// <param name="clock">Tells when it is over.</param>
/// <param name="random">Chooses its length.</param>
sealed class RetryPause(TimeProvider clock, Random random)
{
    /// <summary>Waits: about 20 ms at attempt 0, and twice as long at each that follows.</summary>
    public Task WaitAsync(int attempt, CancellationToken cancellationToken)
    {
        var milliseconds = 20 * (1 << attempt) * (0.5 + random.NextDouble());
        return Task.Delay(TimeSpan.FromMilliseconds(milliseconds), clock, cancellationToken);
    }
}
