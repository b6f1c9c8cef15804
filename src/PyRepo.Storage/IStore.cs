namespace PyRepo.Storage;

/// <summary>
/// Where bytes live: a directory now, a bucket later. It knows keys and bytes, nothing of packages.
/// </summary>
/// <remarks>
/// <para>Keys are relative paths with <c>/</c> between segments; see <see cref="StoreKey"/>.</para>
/// <para>An object is visible whole or not at all: bytes under way are in a <see cref="StagedObject"/>,
/// which no other verb sees.</para>
/// <para>Every method throws <see cref="IOException"/> when the medium fails, and
/// <see cref="StoreFullException"/> when there is no room left.</para>
/// </remarks>
public interface IStore
{
    /// <summary>The facts of an object, or null when there is none.</summary>
    ValueTask<StoredObject?> StatAsync(string key, CancellationToken cancellationToken);

    /// <summary>Opens an object for reading; null when there is none. The caller disposes the content.</summary>
    ValueTask<StoredContent?> OpenAsync(string key, CancellationToken cancellationToken);

    /// <summary>Begins an object that has no key yet. Disposing it without a commit drops its bytes.</summary>
    /// <param name="expectedLength">Bytes to come, where known: a store that is too full says so at once.</param>
    ValueTask<StagedObject> StageAsync(long? expectedLength, CancellationToken cancellationToken);

    /// <summary>
    /// Gives staged bytes a key, all at once. An object of that key is replaced where the condition allows.
    /// </summary>
    /// <exception cref="PreconditionFailedException">
    /// The condition did not hold; the staged bytes are still there.
    /// </exception>
    ValueTask<Written> CommitAsync(
        StagedObject staged, string key, WriteCondition condition, CancellationToken cancellationToken);

    /// <summary>
    /// Adds bytes to the end of an object, which is made when absent. Either all of them are added or none.
    /// </summary>
    /// <exception cref="PreconditionFailedException">The condition did not hold.</exception>
    ValueTask<Written> AppendAsync(
        string key, ReadOnlyMemory<byte> bytes, WriteCondition condition, CancellationToken cancellationToken);

    /// <summary>All objects whose key begins with the prefix, in ordinal order of their keys.</summary>
    /// <param name="prefix">What the keys begin with.</param>
    /// <param name="skip">
    /// Tells of a folder, a key's part up to and with a slash, whether to leave out all below it.
    /// </param>
    /// <param name="cancellationToken">Ends the listing.</param>
    IAsyncEnumerable<StoredObject> ListAsync(
        string prefix, Predicate<string>? skip, CancellationToken cancellationToken);

    /// <summary>Removes an object; false when there was none.</summary>
    ValueTask<bool> DeleteAsync(string key, CancellationToken cancellationToken);
}
