namespace PyRepo.Storage.Buckets;

/// <summary>A bucket's answer to a read.</summary>
/// <param name="outcome">What the answer is.</param>
/// <param name="found">The object, if it was opened. Its length is that of the whole object.</param>
/// <param name="body">The bytes that were asked for, as they arrive.</param>
public sealed class BucketResponse(BucketReadOutcome outcome, StoredObject? found, Stream? body) : IDisposable
{
    /// <summary>What the answer is.</summary>
    public BucketReadOutcome Outcome => outcome;

    /// <summary>The object.</summary>
    public StoredObject Object => found ?? throw new InvalidOperationException($"The outcome is {outcome}.");

    /// <summary>The bytes that were asked for.</summary>
    public Stream Body => body ?? throw new InvalidOperationException($"The outcome is {outcome}.");

    /// <inheritdoc/>
    public void Dispose() => body?.Dispose();
}
