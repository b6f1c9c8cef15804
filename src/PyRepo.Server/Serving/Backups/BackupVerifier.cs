using System.Collections.Concurrent;
using System.Collections.Immutable;
using PyRepo.Packaging.Hashes;
using PyRepo.Storage;

namespace PyRepo.Server.Serving.Backups;

/// <summary>Reads a backup back, hash by hash, into nothing.</summary>
/// <param name="bucket">The bucket of the backups.</param>
/// <param name="clock">The clock.</param>
sealed class BackupVerifier(IStore bucket, TimeProvider clock)
{
    const int MaxConcurrentReads = 2;
    const int BufferLength = 128 << 10;
    const int MaxDamaged = 10;

    readonly BackupCatalog _catalog = new(bucket);
    readonly ConcurrentBag<string> _damaged = [];
    int _damagedCount;
    long _bytes;

    /// <summary>
    /// Reads all of a backup's content, and writes the outcome beside it. Damaged content is removed, so that the next
    /// backup writes it again if the repository still has it.
    /// </summary>
    /// <param name="summary">The backup.</param>
    /// <param name="confirmAsync">Throws if this process may not change the bucket.</param>
    /// <param name="cancellationToken">Interrupts it.</param>
    /// <exception cref="InvalidDataException">The manifest is damaged.</exception>
    public async Task<BackupVerification> RunAsync(
        BackupSummary summary, Func<CancellationToken, ValueTask> confirmAsync, CancellationToken cancellationToken)
    {
        var index = await BackupIndex.ReadAsync(_catalog.ReadEntriesAsync(summary, cancellationToken));
        var contents = index.All.DistinctBy(entry => entry.Sha256);
        var count = 0;
        await Parallel.ForEachAsync(
            contents,
            new ParallelOptions { MaxDegreeOfParallelism = MaxConcurrentReads, CancellationToken = cancellationToken },
            async (entry, token) =>
            {
                Interlocked.Increment(ref count);
                if (await IsWholeAsync(entry, token))
                    return;
                Interlocked.Increment(ref _damagedCount);
                if (_damaged.Count < MaxDamaged)
                    _damaged.Add(entry.Key);
                await confirmAsync(token);
                await bucket.DeleteAsync(BackupLayout.ContentOf(entry.Sha256), token);
            });
        var outcome = new BackupVerification(
            summary.Name, clock.GetUtcNow(), count, _bytes, _damagedCount,
            [.. _damaged.Order(StringComparer.Ordinal).Take(MaxDamaged)]);
        await confirmAsync(cancellationToken);
        await _catalog.WriteAsync(
            BackupLayout.Verification(summary.Name), outcome, BackupJson.Default.BackupVerification,
            WriteCondition.None, cancellationToken);
        return outcome;
    }

    /// <summary>Whether a content is what it should be. If it seems not to be, it is read once more.</summary>
    async Task<bool> IsWholeAsync(BackupEntry entry, CancellationToken cancellationToken) =>
        await IsReadWholeAsync(entry, cancellationToken) || await IsReadWholeAsync(entry, cancellationToken);

    async Task<bool> IsReadWholeAsync(BackupEntry entry, CancellationToken cancellationToken)
    {
        await using var content = await BackedUpContent.OpenAsync(bucket, entry, cancellationToken);
        if (content is null)
            return false;
        try
        {
            await using var stream = await content.OpenStreamAsync(0, cancellationToken);
            var buffer = new byte[(int)Math.Clamp(entry.Size, 1, BufferLength)];
            while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and var read)
                Interlocked.Add(ref _bytes, read);
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
        catch (ObjectNotFoundException)
        {
            return false;
        }
    }
}
