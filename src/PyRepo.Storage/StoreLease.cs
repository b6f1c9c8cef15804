namespace PyRepo.Storage;

/// <summary>
/// The right of a process to write to a store. With a directory there is one at a time, with a bucket one for each
/// replica.
/// </summary>
public abstract class StoreLease : IAsyncDisposable
{
    /// <summary>
    /// The time without interruption in which nobody else can write, by number; null while others can. What was read
    /// from the store in this epoch is current.
    /// </summary>
    public abstract long? SoleEpoch { get; }

    /// <summary>
    /// The epoch that <see cref="FindEpochAsync"/> found last. What is read from the store now is current as long as
    /// that finds the same.
    /// </summary>
    public virtual long? LastEpoch => SoleEpoch;

    /// <summary>
    /// Returns what <see cref="FindEpochAsync"/> would find, if that is certain without waiting for the store; otherwise
    /// null. It may ask the store in the background, so that the next caller need not wait.
    /// </summary>
    public virtual long? GetRecentEpoch() => SoleEpoch;

    /// <summary>
    /// Finds the number of the time in which nobody else has written, up to this call; null if somebody may have.
    /// </summary>
    public virtual ValueTask<long?> FindEpochAsync(CancellationToken cancellationToken) => new(SoleEpoch);

    /// <summary>
    /// Waits until the other processes rely on nothing that they remember, because this one is about to write.
    /// <see cref="EndWrite"/> must follow, even if this fails.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The others could not be told.</exception>
    public virtual ValueTask BeginWriteAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>Ends a write.</summary>
    /// <param name="isCertain">Whether it is known what became of it: it was made, or it was not.</param>
    public virtual void EndWrite(bool isCertain)
    {
    }

    /// <summary>Whether the store is the one that was opened, and this process has a part in it.</summary>
    public abstract bool IsInPlace { get; }

    /// <summary>Why the store is not the one that was opened any more, in a sentence, if that is known.</summary>
    public virtual string? WhyLost => null;

    /// <summary>Whether this process does what only one of several should do, such as cleaning up.</summary>
    public abstract bool IsLeader { get; }

    /// <summary>
    /// Whether the last holder released the store in order. If not, bytes that were written last may be damaged.
    /// </summary>
    public abstract bool WasReleased { get; }

    /// <summary>How often to call <see cref="RenewAsync"/>, or null if there is nothing to renew.</summary>
    public abstract TimeSpan? RenewalInterval { get; }

    /// <summary>
    /// The offset to add to this process's clock so that it agrees with the store's own, which all processes see; zero
    /// if it does, within some seconds.
    /// </summary>
    public virtual TimeSpan ClockOffset => TimeSpan.Zero;

    /// <summary>The other processes that have a part in the store, by name.</summary>
    public virtual IReadOnlyList<string> Others => [];

    /// <summary>Extends the lease.</summary>
    public virtual Task RenewAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Waits until what is read from the store counts, as far as this process's clock tells: until everybody else looks
    /// at the store before relying on memory.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The lease could not be confirmed.</exception>
    public virtual ValueTask ConfirmAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>
    /// Waits until a write that was made may be acknowledged. The store is asked, since the clock of a process that was
    /// paused tells nothing.
    /// </summary>
    /// <exception cref="StoreUnavailableException">
    /// The lease could not be confirmed. What was written may have become visible.
    /// </exception>
    public virtual ValueTask ConfirmWriteAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>
    /// Called before this process takes part again after others took it for gone. Throws
    /// <see cref="InvalidDataException"/> if the store is no longer the one that was opened.
    /// </summary>
    public Func<CancellationToken, Task>? Rejoining { get; set; }

    /// <summary>
    /// Whether the store is in use, and says whose it is. Once a bucket's lease has said so, a bucket that does not say whose
    /// it is was emptied.
    /// </summary>
    public bool IsUsed { get; set; }

    /// <summary>
    /// Whether the store has records. Once a bucket's lease has said so, a bucket without any was emptied: records stay,
    /// whatever is deleted.
    /// </summary>
    public bool HasRecords { get; set; }

    /// <summary>Gives the lease back.</summary>
    /// <param name="inOrder">
    /// Whether the next holder may rely on the store. If not, it is as if this process had been killed.
    /// </param>
    public abstract ValueTask ReleaseAsync(bool inOrder);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await ReleaseAsync(inOrder: true);
        GC.SuppressFinalize(this);
    }
}
