namespace PyRepo.Storage;

/// <summary>
/// A store for bytes: a directory or a bucket. It deals with keys and bytes, not with packages.
/// </summary>
/// <remarks>
/// <para>Keys are relative paths with <c>/</c> between segments; see <see cref="StoreKey"/>.</para>
/// <para>An object is visible either completely or not at all, unless a power cut interrupts a commit of a weaker
/// <see cref="CommitDurability"/>. Bytes that are being written are in a
/// <see cref="StagedObject"/>, which no other method sees.</para>
/// <para>Every method throws <see cref="IOException"/> if the medium fails,
/// <see cref="StoreFullException"/> if there is no space left, and <see cref="StoreUnavailableException"/> if the
/// medium was removed or replaced.</para>
/// </remarks>
public interface IStore
{
    /// <summary>The capabilities of the store.</summary>
    StoreTraits Traits { get; }

    /// <summary>
    /// Why nothing may be written, in a sentence, or null if it may. Writes then throw
    /// <see cref="StoreUnavailableException"/>, but for those of the lease.
    /// </summary>
    string? ReadOnlyReason { get => null; set => throw new NotSupportedException(); }

    /// <summary>The failures of the medium, or null if nobody counts them.</summary>
    StoreFailures? Failures => null;

    /// <summary>Returns the properties of an object, or null if there is none.</summary>
    ValueTask<StoredObject?> StatAsync(string key, CancellationToken cancellationToken);

    /// <summary>
    /// Opens an object for reading from its start, or returns null if there is none. The caller disposes the content.
    /// </summary>
    ValueTask<StoredContent?> OpenAsync(string key, CancellationToken cancellationToken);

    /// <summary>
    /// Opens an object that never changes, and whose length is known. A bucket is asked for nothing before a stream is
    /// opened, which then throws <see cref="ObjectNotFoundException"/> if there is no such object. A directory returns
    /// null for that.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="length">The length in bytes.</param>
    /// <param name="cancellationToken">Stops opening.</param>
    ValueTask<StoredContent?> OpenKnownAsync(string key, long length, CancellationToken cancellationToken) =>
        OpenAsync(key, cancellationToken);

    /// <summary>Opens an object unless it still has a version.</summary>
    ValueTask<ChangedContent> OpenIfChangedAsync(
        string key, VersionTag version, CancellationToken cancellationToken);

    /// <summary>
    /// Starts an object. If it is disposed without a commit, its bytes are discarded.
    /// </summary>
    /// <param name="key">
    /// The key that it will be committed to, if known, so that a bucket can receive parts before the commit. It must be
    /// a new one. A commit to another key works, but takes longer.
    /// </param>
    /// <param name="expectedLength">
    /// The expected number of bytes, if known, so that a store without enough space can report this at once.
    /// </param>
    /// <param name="cancellationToken">Stops the start.</param>
    ValueTask<StagedObject> StageAsync(string? key, long? expectedLength, CancellationToken cancellationToken);

    /// <summary>Starts an object that has no key yet.</summary>
    /// <inheritdoc cref="StageAsync(string?, long?, CancellationToken)"/>
    ValueTask<StagedObject> StageAsync(long? expectedLength, CancellationToken cancellationToken) =>
        StageAsync(null, expectedLength, cancellationToken);

    /// <summary>
    /// Assigns a key to staged bytes atomically. Replaces an existing object with that key if the condition allows.
    /// </summary>
    /// <remarks>
    /// Completes when the object is durable, unless the staged object's <see cref="CommitDurability"/> says otherwise.
    /// </remarks>
    /// <exception cref="PreconditionFailedException">
    /// The condition is not met. The staged bytes are still there.
    /// </exception>
    ValueTask<StoredObject> CommitAsync(
        StagedObject staged, string key, WriteCondition condition, CancellationToken cancellationToken);

    /// <summary>
    /// Appends bytes to an object, which is created if absent. Either all of the bytes are added or none: no reader
    /// sees them unless this completes, or throws <see cref="StoreUnavailableException"/>.
    /// </summary>
    /// <remarks>
    /// Completes when the bytes are durable. A power cut before that may leave a part of them, with zeros for the rest.
    /// </remarks>
    /// <exception cref="PreconditionFailedException">The condition is not met.</exception>
    ValueTask<StoredObject> AppendAsync(
        string key, ReadOnlyMemory<byte> bytes, WriteCondition condition, CancellationToken cancellationToken);

    /// <summary>
    /// Overwrites bytes of an object where they lie, which needs no space. Returns false if the store can't, as a
    /// bucket.
    /// </summary>
    /// <remarks>
    /// Completes when the bytes are durable. A power cut before that may leave some of them as they were.
    /// </remarks>
    ValueTask<bool> TryOverwriteAsync(
        string key, long offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => new(false);

    /// <summary>Lists all objects whose key starts with the prefix, in ordinal order of their keys.</summary>
    /// <param name="prefix">The prefix of the keys.</param>
    /// <param name="skip">
    /// Returns whether to skip everything below a folder. A folder is the part of a key up to and including a slash.
    /// </param>
    /// <param name="skipped">
    /// Receives what is in the place of an object but is none, for example a link or a file whose name is not a key.
    /// If it is null, a part of the store that may not be read fails the listing, and the rest is skipped silently.
    /// </param>
    /// <param name="cancellationToken">Stops the listing.</param>
    IAsyncEnumerable<StoredObject> ListAsync(
        string prefix, Predicate<ReadOnlySpan<char>>? skip, Action<SkippedEntry>? skipped,
        CancellationToken cancellationToken);

    /// <summary>Lists all objects whose key starts with the prefix, in ordinal order of their keys.</summary>
    IAsyncEnumerable<StoredObject> ListAsync(
        string prefix, Predicate<ReadOnlySpan<char>>? skip, CancellationToken cancellationToken) =>
        ListAsync(prefix, skip, null, cancellationToken);

    /// <summary>Makes durable what others have put into the store before this call.</summary>
    ValueTask FlushAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Makes an object durable that others have put into the store, and has it read from the medium from then on, not
    /// from the system's memory: so damage is seen that the system has reported to somebody else.
    /// </summary>
    ValueTask FlushAsync(string key, CancellationToken cancellationToken) => default;

    /// <summary>Deletes an object. Returns false if there was none.</summary>
    ValueTask<bool> DeleteAsync(string key, CancellationToken cancellationToken);

    /// <summary>Returns the space of the medium, or null if it has no limit.</summary>
    ValueTask<StoreSpace?> GetSpaceAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Returns a URL from which anybody may read an object for a time, or null if the store has none.
    /// </summary>
    Uri? Presign(string key, TimeSpan validFor) => null;

    /// <summary>Makes sure that the store is there and can be used. Throws if it can't.</summary>
    ValueTask PrepareAsync(CancellationToken cancellationToken) => default;

    /// <summary>
    /// Finds out whether the conditions of writes hold against other processes, which <see cref="Traits"/> tell from then
    /// on. What writes with a condition does so, too.
    /// </summary>
    ValueTask TryConditionsAsync(CancellationToken cancellationToken) => default;

    /// <summary>
    /// Tries to acquire the right to write. Fails if the store can have only one writer, and another process is it.
    /// </summary>
    ValueTask<LeaseAttempt> TryAcquireLeaseAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Removes what interrupted writes left behind, if it was there before a time. The caller has the lease.
    /// </summary>
    ValueTask RemoveLeftoversAsync(DateTimeOffset before, CancellationToken cancellationToken);
}

/// <summary>The outcome of an attempt to acquire a lease.</summary>
/// <param name="Lease">The lease, or null if another process has it.</param>
/// <param name="Holder">Which process has it: <c>the process 4711</c>, or null if nobody else does.</param>
public readonly record struct LeaseAttempt(StoreLease? Lease, string? Holder);

/// <summary>The capabilities of a kind of store.</summary>
/// <param name="IsLocal">Whether it is a folder of this machine.</param>
/// <param name="AppendsInPlace">Whether an append costs no more the longer the object is.</param>
/// <param name="HonorsConditions">
/// Whether the conditions of writes hold against other processes. Otherwise there can be only one writer. Null until that
/// was tried.
/// </param>
public sealed record StoreTraits(bool IsLocal, bool AppendsInPlace, bool? HonorsConditions);

/// <summary>The space of a medium.</summary>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Free">The bytes that this process may still write.</param>
public readonly record struct StoreSpace(long Size, long Free);

/// <summary>The outcome of opening an object unless it has a version.</summary>
/// <param name="IsUnchanged">Whether the object still has the version. It was not opened.</param>
/// <param name="Content">The content of another version, or null if it is unchanged or there is none.</param>
public readonly record struct ChangedContent(bool IsUnchanged, StoredContent? Content)
{
    /// <summary>The object still has the version.</summary>
    public static ChangedContent Unchanged => new(true, null);

    /// <summary>There is no object.</summary>
    public static ChangedContent NotFound => default;
}

/// <summary>The failures of a store's medium, so that somebody is told of each one.</summary>
public sealed class StoreFailures
{
    readonly Lock _lock = new();

    /// <summary>The last failure, or null if there was none since the store was opened.</summary>
    public StoreFailure? Last { get; private set; }

    /// <summary>Called with each failure.</summary>
    public Action<StoreFailure>? Noted { get; set; }

    /// <summary>Notes a failure.</summary>
    /// <param name="key">The key or the folder that it was about.</param>
    /// <param name="error">The error.</param>
    public void Note(string key, Exception error)
    {
        var message = error.InnerException is { } cause ? $"{error.Message} {cause.Message}" : error.Message;
        StoreFailure failure;
        lock (_lock)
            Last = failure = new(DateTimeOffset.UtcNow, key, message, (Last?.Count ?? 0) + 1);
        Noted?.Invoke(failure);
    }
}

/// <summary>A read or a write that the medium of a store failed.</summary>
/// <param name="At">When.</param>
/// <param name="Key">The key or the folder that it was about.</param>
/// <param name="Message">The system's message.</param>
/// <param name="Count">How many there were since the store was opened, with this one.</param>
public sealed record StoreFailure(DateTimeOffset At, string Key, string Message, long Count);
