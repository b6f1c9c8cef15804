namespace PyRepo.Storage.Buckets;

/// <summary>
/// The requests that a bucket takes, in the protocol of its provider. <see cref="BucketStore"/> makes a store of them.
/// </summary>
/// <remarks>
/// <para>Names are whole object names. A request that fails for a reason that may pass (a timeout, a connection that
/// broke, 429, 500, 502, 503, 504) is sent again a few times with growing, random pauses. A write with a condition is
/// sent once: only the caller can tell whether it happened, and its error is
/// <see cref="BucketException.IsTransient"/>.</para>
/// <para>Every method throws <see cref="BucketException"/> with the provider's error code and a sentence that says what
/// to do where that is known, <see cref="StoreFullException"/> if the service has no room, and those with a condition
/// <see cref="PreconditionFailedException"/> if it is not met (also 409 for a condition that somebody else's concurrent
/// write broke).</para>
/// </remarks>
public interface IBucketClient : IDisposable
{
    /// <summary>The length of the parts of a large upload, in bytes.</summary>
    int PartLength { get; }

    /// <summary>How many parts of one upload may be sent at once. With 1, they are sent in order.</summary>
    int MaxConcurrentParts { get; }

    /// <summary>Whether one object may be written several times a second.</summary>
    bool SustainsRewrites => true;

    /// <summary>Reads the properties of an object, or returns null if there is none.</summary>
    Task<StoredObject?> HeadAsync(string name, CancellationToken cancellationToken);

    /// <summary>Reads an object, or a part of it. The caller disposes the response.</summary>
    Task<BucketResponse> GetAsync(string name, BucketRead read, CancellationToken cancellationToken);

    /// <summary>Writes an object in one request.</summary>
    Task<StoredObject> PutAsync(
        string name, BucketBody body, WriteCondition condition, CancellationToken cancellationToken);

    /// <summary>Starts an upload in parts. Returns its id.</summary>
    Task<string> BeginUploadAsync(string name, CancellationToken cancellationToken);

    /// <summary>
    /// Sends a part. All but the last have <see cref="PartLength"/>. Returns what the completion needs to know.
    /// </summary>
    /// <param name="name">The object.</param>
    /// <param name="upload">The upload's id.</param>
    /// <param name="number">The part's number, from 1.</param>
    /// <param name="body">Its bytes.</param>
    /// <param name="cancellationToken">Stops sending.</param>
    Task<string> PutPartAsync(
        string name, string upload, int number, BucketBody body, CancellationToken cancellationToken);

    /// <summary>Sends the last part, and makes the object visible.</summary>
    /// <param name="name">The object.</param>
    /// <param name="upload">The upload's id.</param>
    /// <param name="parts">The results of <see cref="PutPartAsync"/>, in order.</param>
    /// <param name="last">The last part, which has at least one byte.</param>
    /// <param name="condition">The condition under which it happens.</param>
    /// <param name="cancellationToken">Stops the completion.</param>
    Task<StoredObject> CompleteUploadAsync(
        string name, string upload, IReadOnlyList<string> parts, BucketBody last, WriteCondition condition,
        CancellationToken cancellationToken);

    /// <summary>Discards an upload. It may be gone.</summary>
    Task AbortUploadAsync(string name, string upload, CancellationToken cancellationToken);

    /// <summary>Discards the uploads below a prefix that began before a time.</summary>
    Task AbortUploadsAsync(string prefix, DateTimeOffset before, CancellationToken cancellationToken);

    /// <summary>Lists the objects below a prefix, in ordinal order of their names' UTF-8 bytes.</summary>
    /// <param name="prefix">The prefix.</param>
    /// <param name="startAfter">Only names after this one, if given.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    IAsyncEnumerable<StoredObject> ListAsync(string prefix, string? startAfter, CancellationToken cancellationToken);

    /// <summary>Deletes an object. It may be gone.</summary>
    Task DeleteAsync(string name, CancellationToken cancellationToken);

    /// <summary>Returns a URL from which anybody may read an object for a time, or null if there is none.</summary>
    Uri? Presign(string name, TimeSpan validFor);

    /// <summary>Whether the bucket is there, and may be used.</summary>
    Task<bool> BucketExistsAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Finds the rules of the bucket that delete objects below a prefix after a time, each as a sentence. Returns null
    /// where that cannot be seen.
    /// </summary>
    Task<IReadOnlyList<string>?> FindExpirationsAsync(string prefix, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>?>(null);

    /// <summary>Finds out how the bucket keeps former versions of objects.</summary>
    Task<BucketProtection> FindProtectionAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new BucketProtection(null, null));

    /// <summary>Creates the bucket. Returns false if somebody else has it, or created it meanwhile.</summary>
    Task<bool> CreateBucketAsync(CancellationToken cancellationToken);

    /// <summary>Deletes the bucket, which is empty.</summary>
    Task DeleteBucketAsync(CancellationToken cancellationToken);
}
