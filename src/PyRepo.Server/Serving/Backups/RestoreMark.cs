using System.Text.Json;
using PyRepo.Server.Content.Records;
using PyRepo.Storage;

namespace PyRepo.Server.Serving.Backups;

/// <summary>From which backup a store was filled.</summary>
/// <param name="Backup">The backup.</param>
/// <param name="From">Where it was.</param>
/// <param name="Began">When the restoration began.</param>
/// <param name="Finished">When all was there; null if something may be missing.</param>
/// <param name="Problems">How many files the backup did not have.</param>
sealed record RestoreMark(
    string Backup, string From, DateTimeOffset Began, DateTimeOffset? Finished, int Problems)
{
    /// <summary>The most bytes of a mark that are read.</summary>
    const int MaxLength = 64 << 10;

    /// <summary>Reads the mark of a store. It is null if the store was not filled from a backup.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static async Task<(RestoreMark? Mark, VersionTag? Version)> FindAsync(
        IStore store, CancellationToken cancellationToken)
    {
        await using var content = await store.OpenAsync(StorageLayout.Restored, cancellationToken);
        if (content is null)
            return (null, null);
        if (content.Object.Length > MaxLength)
            throw new InvalidDataException($"its {StorageLayout.Restored} is too long");
        try
        {
            var mark = JsonSerializer.Deserialize(
                await content.ReadAllAsync(cancellationToken), BackupJson.Default.RestoreMark);
            return (mark ?? throw new JsonException("It is null."), content.Object.Version);
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"its {StorageLayout.Restored} is damaged: {error.Message}", error);
        }
    }

    /// <summary>Makes sure that nothing is missing of a store that was filled from a backup.</summary>
    /// <exception cref="InvalidDataException">The store is not full yet.</exception>
    public static async Task RequireFinishedAsync(IStore store, CancellationToken cancellationToken)
    {
        if ((await FindAsync(store, cancellationToken)).Mark is { Finished: null, Backup: var backup })
        {
            throw new InvalidDataException(
                $"the restoration of the backup {backup} to it was not completed; put spec.storage.restoreFrom back, "
                + "or use an empty volume, bucket or prefix");
        }
    }

    /// <summary>Marks a store without a mark.</summary>
    public static Task<RestoreMark> BeginAsync(
        IStore store, RestoreMark mark, CancellationToken cancellationToken) =>
        WriteAsync(store, mark, WriteCondition.Absent, cancellationToken);

    /// <summary>Notes that all is there.</summary>
    public async Task<RestoreMark> FinishAsync(
        IStore store, DateTimeOffset now, int problems, CancellationToken cancellationToken)
    {
        var (_, version) = await FindAsync(store, cancellationToken);
        return await WriteAsync(
            store, this with { Finished = now, Problems = problems },
            version is { } known ? WriteCondition.Match(known) : WriteCondition.Absent, cancellationToken);
    }

    static async Task<RestoreMark> WriteAsync(
        IStore store, RestoreMark mark, WriteCondition condition, CancellationToken cancellationToken)
    {
        await StoredDocument.WriteAsync(
            store, StorageLayout.Restored, mark, BackupJson.Default.RestoreMark, condition, cancellationToken);
        return mark;
    }
}
