using System.Text;

namespace PyRepo.Storage.Buckets.Checks;

/// <summary>Tries listings: complete at once, over several pages, and in the order of the names' bytes.</summary>
static class ListingCheck
{
    /// <summary>More than a page of 1,000.</summary>
    const int Count = 1_010;

    /// <summary>
    /// Names whose order depends on how they are compared. Azurite orders characters beyond U+FFFF by their UTF-16, on which
    /// nothing rests.
    /// </summary>
    static readonly string[] _names = ["a-1", "a.1", "a/1", "a0", "A", "_", "~", "ä", "ﬀ", "a b", "a+b", "a%2F"];

    /// <inheritdoc cref="BucketCheckStep.RunAsync"/>
    public static async Task<CheckOutcome> RunAsync(CheckedBucket bucket, CancellationToken cancellationToken)
    {
        var folder = $"{bucket.NewName()}/";
        string[] names =
        [
            .. _names.Select(name => folder + name),
            .. Enumerable.Range(_names.Length, Count - _names.Length).Select(i => $"{folder}n/{i:x5}"),
        ];
        Random.Shared.Shuffle(names);
        await ForEachAsync(names, async (name, token) => await bucket.PutAsync(name, [1], token), cancellationToken);
        Array.Sort(names, Compare);
        await RequireAsync(bucket, folder, null, names, "that were written", cancellationToken);
        await RequireAsync(bucket, folder, names[^9], names[^8..], "after a name", cancellationToken);
        await ForEachAsync(
            names[8..], async (name, token) => await bucket.Client.DeleteAsync(name, token), cancellationToken);
        await RequireAsync(bucket, folder, null, names[..8], "that were not deleted", cancellationToken);
        return new(FindingResult.Ok, "Complete at once, over several pages, in the order of the names' bytes.");
    }

    static async Task RequireAsync(
        CheckedBucket bucket, string folder, string? startAfter, string[] expected, string which,
        CancellationToken cancellationToken)
    {
        var found = await bucket.Client.ListAsync(folder, startAfter, cancellationToken)
            .Select(listed => listed.Key).Take(Count + 1).ToListAsync(cancellationToken);
        if (found.SequenceEqual(expected))
            return;
        var fault = found.Count != expected.Length ? $"has {found.Count} of {expected.Length} objects {which}"
            : found.Order(StringComparer.Ordinal).SequenceEqual(expected.Order(StringComparer.Ordinal))
                ? $"does not have the objects {which} in the order of their names' bytes"
            : $"has other objects than those {which}";
        throw new BucketFaultException($"A listing {fault}.");
    }

    static Task ForEachAsync(
        string[] names, Func<string, CancellationToken, Task> run, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            names,
            new ParallelOptions
            {
                MaxDegreeOfParallelism = CheckedBucket.Concurrency,
                CancellationToken = cancellationToken,
            },
            async (name, token) => await run(name, token));

    static int Compare(string one, string other) =>
        Encoding.UTF8.GetBytes(one).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(other));
}
