namespace PyRepo.Storage.Buckets.Checks;

/// <summary>Finds the bucket, and tries whole objects: what was written last is read at once.</summary>
static class ObjectChecks
{
    /// <summary>Names with the characters that are signed and encoded in different ways.</summary>
    static readonly string[] _names = ["a b+c", "100%25", "ä-ﬀ-😀", "x=1&y;z", "~tilde'(1)!*", "a@b:c,d"];

    /// <summary>Finds the bucket.</summary>
    public static async Task<CheckOutcome> FindBucketAsync(
        CheckedBucket bucket, CancellationToken cancellationToken) =>
        await bucket.Client.BucketExistsAsync(cancellationToken)
            ? new(FindingResult.Ok, "It is there, and its objects may be listed.")
            : new(FindingResult.Wrong, "There is no such bucket: create it, or correct its name.");

    /// <summary>Writes, rewrites and deletes objects, and reads them after each step.</summary>
    public static async Task<CheckOutcome> RewriteAsync(CheckedBucket bucket, CancellationToken cancellationToken)
    {
        foreach (var part in _names)
        {
            var name = $"{bucket.NewName()}/{part}";
            await RewriteAsync(bucket, name, cancellationToken);
        }
        return new(FindingResult.Ok, "Writes, rewrites and deletions show at once, whatever the object's name.");
    }

    static async Task RewriteAsync(CheckedBucket bucket, string name, CancellationToken cancellationToken)
    {
        await bucket.RequireAsync(name, null, "was never written", cancellationToken);
        var (first, second) = (CheckedBucket.NewBytes(1000), CheckedBucket.NewBytes(2000));
        await bucket.PutAsync(name, first, cancellationToken);
        await bucket.RequireAsync(name, first, "was written", cancellationToken);
        await bucket.PutAsync(name, second, cancellationToken);
        await bucket.RequireAsync(name, second, "was rewritten", cancellationToken);
        if (await bucket.Client.HeadAsync(name, cancellationToken) is not { Length: 2000 })
            throw new BucketFaultException("The length of an object that was rewritten is wrong.");
        await bucket.Client.DeleteAsync(name, cancellationToken);
        await bucket.RequireAsync(name, null, "was deleted", cancellationToken);
    }
}
