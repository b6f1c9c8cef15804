namespace PyRepo.Storage.Buckets;

/// <summary>The pause before another attempt. Its length is random, so that those who conflicted do not meet again.</summary>
static class RetryPause
{
    /// <summary>Waits: about 20 ms at attempt 0, and twice as long at each that follows.</summary>
    public static Task WaitAsync(int attempt, CancellationToken cancellationToken)
    {
        var milliseconds = 20 * (1 << attempt) * (0.5 + Random.Shared.NextDouble());
        return Task.Delay(TimeSpan.FromMilliseconds(milliseconds), cancellationToken);
    }
}
