using PyRepo.Packaging.Hashes;
using PyRepo.Storage;

namespace PyRepo.Server.Serving.Backups;

/// <summary>Removes old backups, and the content that only they name.</summary>
/// <param name="bucket">The bucket of the backups.</param>
/// <param name="confirmAsync">Throws if this process has lost the bucket's lease.</param>
/// <param name="clock">The clock.</param>
sealed class BackupRemoval(
    IStore bucket, Func<CancellationToken, ValueTask> confirmAsync, TimeProvider clock)
{
    /// <summary>
    /// How long content stays that no backup names: a backup may be on its way that was interrupted, and uses it.
    /// </summary>
    public static readonly TimeSpan KeepUnnamed = TimeSpan.FromDays(6);

    /// <summary>How many objects are removed before it is confirmed again that nobody else has the bucket.</summary>
    const int Batch = 100;

    readonly BackupCatalog _catalog = new(bucket);

    /// <summary>Removes all but the newest backups, then what none of them names.</summary>
    /// <param name="keep">How many are kept.</param>
    /// <param name="cancellationToken">Interrupts it; the next one goes on.</param>
    public async Task RunAsync(int keep, CancellationToken cancellationToken)
    {
        var names = await _catalog.ListAsync(cancellationToken);
        var kept = names.TakeLast(keep).ToHashSet(StringComparer.Ordinal);
        var named = new HashSet<Sha256Digest>();
        foreach (var name in kept)
        {
            var summary = await _catalog.ReadAsync(name, cancellationToken);
            await foreach (var entry in _catalog.ReadEntriesAsync(summary, cancellationToken))
                named.Add(entry.Sha256);
        }
        await RemoveOthersAsync(kept, cancellationToken);
        await RemoveUnnamedAsync(named, cancellationToken);
    }

    /// <summary>
    /// Removes the other backups: the summary first, without which there is no backup. Also the manifests of those that
    /// were interrupted.
    /// </summary>
    async Task RemoveOthersAsync(HashSet<string> kept, CancellationToken cancellationToken)
    {
        var others = new SortedSet<string>(StringComparer.Ordinal);
        await foreach (var found in bucket.ListAsync(BackupLayout.Backups, null, cancellationToken))
        {
            if (BackupLayout.TryParseBackup(found.Key, out var name, out _) && !kept.Contains(name))
                others.Add(name);
        }
        foreach (var name in others)
        {
            await confirmAsync(cancellationToken);
            await bucket.DeleteAsync(BackupLayout.Summary(name), cancellationToken);
            await bucket.DeleteAsync(BackupLayout.Manifest(name), cancellationToken);
        }
        await RemoveVerificationsAsync(kept, cancellationToken);
    }

    /// <summary>Removes the outcomes for other backups, but for the newest: it says when one was last read back.</summary>
    async Task RemoveVerificationsAsync(HashSet<string> kept, CancellationToken cancellationToken)
    {
        string? last = null;
        await foreach (var found in bucket.ListAsync(BackupLayout.Verified, null, cancellationToken))
        {
            if (last is not null && !kept.Any(name => BackupLayout.Verification(name) == last))
                await bucket.DeleteAsync(last, cancellationToken);
            last = found.Key;
        }
    }

    async Task RemoveUnnamedAsync(HashSet<Sha256Digest> named, CancellationToken cancellationToken)
    {
        var removed = 0;
        var before = clock.GetUtcNow() - KeepUnnamed;
        await foreach (var found in bucket.ListAsync(BackupLayout.Content, null, cancellationToken))
        {
            if (!BackupLayout.TryParseContent(found.Key, out var sha256) || named.Contains(sha256)
                || found.LastModified >= before)
            {
                continue;
            }
            if (removed++ % Batch == 0)
                await confirmAsync(cancellationToken);
            await bucket.DeleteAsync(found.Key, cancellationToken);
        }
    }
}
