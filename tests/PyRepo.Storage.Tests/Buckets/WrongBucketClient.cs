using System.Runtime.CompilerServices;
using PyRepo.Storage.Buckets;

namespace PyRepo.Storage.Tests.Buckets;

/// <summary>A bucket whose service is wrong in one way, and right in all others.</summary>
/// <param name="inner">The bucket.</param>
/// <param name="fault">The way.</param>
sealed class WrongBucketClient(IBucketClient inner, BucketFault fault) : IBucketClient
{
    readonly Dictionary<string, byte[]> _former = [];

    public int PartLength => inner.PartLength;

    public int MaxConcurrentParts => inner.MaxConcurrentParts;

    public Task<StoredObject?> HeadAsync(string name, CancellationToken cancellationToken) =>
        inner.HeadAsync(name, cancellationToken);

    public async Task<BucketResponse> GetAsync(string name, BucketRead read, CancellationToken cancellationToken)
    {
        var effective = fault switch
        {
            BucketFault.IgnoresRanges => read with { Offset = 0, Count = null },
            BucketFault.AlwaysSends => read with { NoneMatch = null },
            _ => read,
        };
        var response = await inner.GetAsync(name, effective, cancellationToken);
        if (fault is not BucketFault.ShowsFormerBytes || !_former.TryGetValue(name, out var former))
            return response;
        response.Dispose();
        return new(BucketReadOutcome.Found, response.Object with { Length = former.Length }, new MemoryStream(former));
    }

    public async Task<StoredObject> PutAsync(
        string name, BucketBody body, WriteCondition condition, CancellationToken cancellationToken)
    {
        if (fault is BucketFault.ShowsFormerBytes && await inner.HeadAsync(name, cancellationToken) is not null)
        {
            using var response = await inner.GetAsync(name, default, cancellationToken);
            using var bytes = new MemoryStream();
            await response.Body.CopyToAsync(bytes, cancellationToken);
            _former[name] = bytes.ToArray();
        }
        return await inner.PutAsync(name, body, condition, cancellationToken);
    }

    public Task<string> BeginUploadAsync(string name, CancellationToken cancellationToken) =>
        inner.BeginUploadAsync(name, cancellationToken);

    public Task<string> PutPartAsync(
        string name, string upload, int number, BucketBody body, CancellationToken cancellationToken) =>
        inner.PutPartAsync(name, upload, number, body, cancellationToken);

    public Task<StoredObject> CompleteUploadAsync(
        string name, string upload, IReadOnlyList<string> parts, BucketBody last, WriteCondition condition,
        CancellationToken cancellationToken) => inner.CompleteUploadAsync(
            name, upload, fault is BucketFault.LosesParts ? [] : parts, last, condition, cancellationToken);

    public Task AbortUploadAsync(string name, string upload, CancellationToken cancellationToken) =>
        inner.AbortUploadAsync(name, upload, cancellationToken);

    public Task AbortUploadsAsync(string prefix, DateTimeOffset before, CancellationToken cancellationToken) =>
        inner.AbortUploadsAsync(prefix, before, cancellationToken);

    public async IAsyncEnumerable<StoredObject> ListAsync(
        string prefix, string? startAfter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var listed = await inner.ListAsync(prefix, startAfter, cancellationToken).ToListAsync(cancellationToken);
        if (fault is BucketFault.ListsInAnotherOrder)
            listed.Reverse();
        foreach (var found in fault is BucketFault.ListsNotAll ? listed.Take(1_000) : listed)
            yield return found;
    }

    public Task DeleteAsync(string name, CancellationToken cancellationToken) =>
        fault is BucketFault.KeepsDeleted ? Task.CompletedTask : inner.DeleteAsync(name, cancellationToken);

    public Uri? Presign(string name, TimeSpan validFor) => fault switch
    {
        BucketFault.CannotSign => null,
        BucketFault.SignsWrongly => new Uri($"{inner.Presign(name, validFor)}0"),
        _ => inner.Presign(name, validFor),
    };

    public Task<bool> BucketExistsAsync(CancellationToken cancellationToken) =>
        inner.BucketExistsAsync(cancellationToken);

    public Task<IReadOnlyList<string>?> FindExpirationsAsync(string prefix, CancellationToken cancellationToken) =>
        fault is BucketFault.Expires
            ? Task.FromResult<IReadOnlyList<string>?>(["The lifecycle rule 'old' deletes objects."])
            : inner.FindExpirationsAsync(prefix, cancellationToken);

    public Task<BucketProtection> FindProtectionAsync(CancellationToken cancellationToken) =>
        inner.FindProtectionAsync(cancellationToken);

    public Task<bool> CreateBucketAsync(CancellationToken cancellationToken) =>
        inner.CreateBucketAsync(cancellationToken);

    public Task DeleteBucketAsync(CancellationToken cancellationToken) => inner.DeleteBucketAsync(cancellationToken);

    public void Dispose() => inner.Dispose();
}

/// <summary>The ways in which a service is wrong.</summary>
public enum BucketFault
{
    ShowsFormerBytes,
    KeepsDeleted,
    ListsNotAll,
    ListsInAnotherOrder,
    IgnoresRanges,
    AlwaysSends,
    LosesParts,
    CannotSign,
    SignsWrongly,
    Expires,
}
