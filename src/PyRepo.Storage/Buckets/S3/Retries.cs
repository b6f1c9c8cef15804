namespace PyRepo.Storage.Buckets.S3;

/// <summary>Sends a request again if it failed for a reason that may pass.</summary>
static class Retries
{
    const int MaxAttempts = 4;
    static readonly TimeSpan _firstPause = TimeSpan.FromMilliseconds(100);

    /// <summary>A service that asks for less load is left alone for longer.</summary>
    static readonly TimeSpan _firstPauseOfThrottled = TimeSpan.FromMilliseconds(500);

    /// <summary>Tries up to four times, with growing, random pauses.</summary>
    public static async Task<T> RunAsync<T>(
        Func<CancellationToken, Task<T>> attempt, CancellationToken cancellationToken)
    {
        for (var failures = 0; ; failures++)
        {
            BucketException failure;
            try
            {
                return await attempt(cancellationToken);
            }
            catch (BucketException error) when (error.IsTransient && failures + 1 < MaxAttempts)
            {
                failure = error;
            }
            var first = failure.IsThrottled || failure.Code is "SlowDownRead" or "ServiceUnavailable"
                ? _firstPauseOfThrottled
                : _firstPause;
            await Task.Delay(first * (1 << failures) * (0.5 + Random.Shared.NextDouble()), cancellationToken);
        }
    }
}
