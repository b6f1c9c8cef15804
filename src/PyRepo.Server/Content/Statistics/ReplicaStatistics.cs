using PyRepo.Server.Content.Records;
using PyRepo.Storage;

namespace PyRepo.Server.Content.Statistics;

/// <summary>Writes the replica's own file of a day. Its methods are called by one caller at a time.</summary>
/// <remarks>
/// Another process may write the file, too: the one before this one, or one of the same name that was only slow. So a
/// write is conditional, and what is not written yet is added to what the file has by then.
/// </remarks>
sealed class ReplicaStatistics(StatisticsFiles files, string replica)
{
    const int MaxAttempts = 5;

    /// <summary>Writes what is not written yet.</summary>
    public async Task WriteAsync(DayCounts counts, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (!counts.IsRead)
                await ReadAsync(counts, cancellationToken);
            await ConfirmAsync(counts, cancellationToken);
            try
            {
                await TryWriteAsync(counts, cancellationToken);
                return;
            }
            catch (PreconditionFailedException) when (attempt < MaxAttempts)
            {
                // Another process of this name wrote the file, so it is read first.
            }
        }
    }

    /// <summary>Finds out whether the last write succeeded, if its answer was lost.</summary>
    public async Task ConfirmAsync(DayCounts counts, CancellationToken cancellationToken)
    {
        if (counts.Attempt is not null)
            await ReadAsync(counts, cancellationToken);
    }

    async Task TryWriteAsync(DayCounts counts, CancellationToken cancellationToken)
    {
        var rows = counts.All();
        var bytes = StatisticsFiles.GetBytes(new([.. rows.Select(row => DownloadRow.From(row.Key, row.Value))]));
        counts.Attempt = new WriteAttempt(StatisticsFiles.GetDigest(bytes), rows);
        var condition = counts.Version is { } version ? WriteCondition.Match(version) : WriteCondition.Absent;
        var stored = await files.WriteAsync(
            StorageLayout.Statistics(counts.Day, replica), bytes, condition, cancellationToken);
        counts.SetWritten(rows, stored.Version);
    }

    async Task ReadAsync(DayCounts counts, CancellationToken cancellationToken)
    {
        var file = await files.ReadAsync(StorageLayout.Statistics(counts.Day, replica), cancellationToken);
        if (counts.Attempt is { } attempt && attempt.Digest == file?.Digest)
            counts.SetWritten(attempt.Rows, file.Version);
        else
            counts.Rebase(file?.Rows ?? [], file?.Version);
    }
}
