namespace PyRepo.Storage.Buckets.Checks;

/// <summary>Tries to read parts of an object, and to read it only if it was, or was not, changed.</summary>
static class RangeCheck
{
    const int Length = 100_000;

    static readonly (long Offset, long? Count)[] _parts =
        [(0, 10), (0, 1), (50_000, 1_000), (99_999, 1), (70_000, null)];

    /// <inheritdoc cref="BucketCheckStep.RunAsync"/>
    public static async Task<CheckOutcome> RunAsync(CheckedBucket bucket, CancellationToken cancellationToken)
    {
        var (name, bytes) = (bucket.NewName(), CheckedBucket.NewBytes(Length));
        await bucket.PutAsync(name, bytes, cancellationToken);
        foreach (var (offset, count) in _parts)
        {
            var read = new BucketRead { Offset = offset, Count = count };
            var end = (int)(offset + count ?? Length);
            var found = await bucket.ReadAsync(name, read, cancellationToken);
            if (found is null || !found.AsSpan().SequenceEqual(bytes.AsSpan((int)offset..end)))
                throw new BucketFaultException($"The bytes {offset} to {end - 1} of an object are read wrongly.");
        }
        await CompareAsync(bucket, name, cancellationToken);
        return new(FindingResult.Ok, "Parts of objects are read, and unchanged objects are not sent again.");
    }

    static async Task CompareAsync(CheckedBucket bucket, string name, CancellationToken cancellationToken)
    {
        var former = (await bucket.Client.HeadAsync(name, cancellationToken))!.Version;
        await RequireAsync(
            bucket, name, new() { NoneMatch = former }, BucketReadOutcome.Unchanged, cancellationToken);
        await RequireAsync(
            bucket, name, new() { Match = former, Offset = 5 }, BucketReadOutcome.Found, cancellationToken);
        await bucket.PutAsync(name, CheckedBucket.NewBytes(Length), cancellationToken);
        await RequireAsync(bucket, name, new() { NoneMatch = former }, BucketReadOutcome.Found, cancellationToken);
        await RequireAsync(
            bucket, name, new() { Match = former, Offset = 5 }, BucketReadOutcome.Changed, cancellationToken);
    }

    static async Task RequireAsync(
        CheckedBucket bucket, string name, BucketRead read, BucketReadOutcome expected,
        CancellationToken cancellationToken)
    {
        using var response = await bucket.Client.GetAsync(name, read, cancellationToken);
        if (response.Outcome == expected)
            return;
        var condition = read.Match is null ? "if it was changed" : "if it was not changed";
        throw new BucketFaultException(
            $"A read of an object {condition} has the outcome {response.Outcome} instead of {expected}.");
    }
}
