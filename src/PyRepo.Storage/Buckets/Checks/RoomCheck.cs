namespace PyRepo.Storage.Buckets.Checks;

/// <summary>
/// Writes until the service has no room left, and tries what must work then: the error is known as such, objects are
/// read and deleted, and after that there is room again.
/// </summary>
static class RoomCheck
{
    /// <summary>The length of an object, in bytes.</summary>
    public const int Length = 8 << 20;

    /// <summary>Quotas are often counted late.</summary>
    const int MaxAttempts = 60;

    /// <inheritdoc cref="BucketCheckStep.RunAsync"/>
    public static async Task<CheckOutcome> RunAsync(CheckedBucket bucket, CancellationToken cancellationToken)
    {
        if (bucket.Fill == 0)
            return new(FindingResult.Unknown, "What happens at a quota was not tried: --fill does.");
        var bytes = CheckedBucket.NewBytes(Length);
        var names = new List<string>();
        string? error = null;
        var isKnown = false;
        for (long written = 0; written < bucket.Fill && error is null; written += Length)
        {
            var name = bucket.NewName();
            try
            {
                await bucket.PutAsync(name, bytes, cancellationToken);
                names.Add(name);
            }
            catch (StoreFullException full)
            {
                (isKnown, error) = (true, full.Message);
            }
            catch (BucketException other)
            {
                error = other.Message;
            }
        }
        var amount = $"{names.Count * (long)Length >> 20} MiB";
        if (error is null)
            return new(FindingResult.Note, $"The service took {amount} without an error.");
        if (names.Count > 0)
            await bucket.RequireAsync(names[0], bytes, "was written before there was no room left", cancellationToken);
        foreach (var name in names)
            await bucket.Client.DeleteAsync(name, cancellationToken);
        if (!isKnown)
            return new(FindingResult.Note, $"After {amount}, a write failed, but not for lack of room: {error}");
        return await FindsRoomAsync(bucket, bytes, cancellationToken)
            ? new(
                FindingResult.Ok,
                $"After {amount}, writes failed for lack of room, reads and deletions did not: {error}")
            : new(
                FindingResult.Note,
                $"After {amount}, writes failed for lack of room, and still do after deletions: {error}");
    }

    static async Task<bool> FindsRoomAsync(CheckedBucket bucket, byte[] bytes, CancellationToken cancellationToken)
    {
        var pause = new RetryPause(bucket.Clock, Random.Shared);
        for (var attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            try
            {
                await bucket.PutAsync(bucket.NewName(), bytes, cancellationToken);
                return true;
            }
            catch (StoreFullException)
            {
                await pause.WaitAsync(Math.Min(attempt, 6), cancellationToken);
            }
        }
        return false;
    }
}
