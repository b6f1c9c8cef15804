using Microsoft.Extensions.Logging;
using PyRepo.Packaging.Names;
using PyRepo.Storage;

namespace PyRepo.Server.Records;

/// <summary>
/// Removes bytes that the server wrote but that no record references: those of interrupted uploads and of replaced
/// files.
/// </summary>
sealed class GarbageCollector(IStore store, ProjectRecords records, TimeProvider clock, ILogger logger)
{
    static readonly TimeSpan _age = TimeSpan.FromDays(1);
    static readonly TimeSpan _interval = TimeSpan.FromHours(6);

    /// <summary>Collects now, and then at regular intervals.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await CollectAsync(cancellationToken);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                Log.GarbageFailed(logger, error);
            }
            await Task.Delay(_interval, clock, cancellationToken);
        }
    }

    /// <summary>
    /// Collects once. Skips bytes younger than a day, because they may belong to an upload in progress.
    /// </summary>
    public async Task CollectAsync(CancellationToken cancellationToken)
    {
        var youngest = clock.GetUtcNow() - _age;
        await foreach (var found in store.ListAsync(StorageLayout.Packages, null, cancellationToken))
        {
            if (StorageLayout.IdOf(found.Key) is not { } id || id.Time > youngest
                || !ProjectName.TryParse(found.Key.Split('/')[1], out var project))
            {
                continue;
            }
            try
            {
                if (await IsReferencedAsync(project, found.Key, cancellationToken))
                    continue;
                await store.DeleteAsync(found.Key, cancellationToken);
                Log.Collected(logger, found.Key);
            }
            catch (InvalidDataException error)
            {
                // A damaged record may reference any of its project's bytes, so they stay. Other projects are still
                // collected.
                Log.GarbageFailed(logger, error);
            }
        }
    }

    async Task<bool> IsReferencedAsync(ProjectName project, string key, CancellationToken cancellationToken) =>
        records.Find(project) is { } record
        && await record.ReadAsync(
            history => history.FindVisible(StorageLayout.FileNameOf(key))?.Location == key, cancellationToken);
}
