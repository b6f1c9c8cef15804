using Microsoft.Extensions.Logging;
using PyRepo.Packaging.Names;
using PyRepo.Storage;

namespace PyRepo.Server.Records;

/// <summary>Removes bytes that the server wrote and that no record names: left by uploads that were cut off, or replaced.</summary>
sealed class GarbageCollector(IStore store, ProjectRecords records, TimeProvider clock, ILogger logger)
{
    static readonly TimeSpan _age = TimeSpan.FromDays(1);
    static readonly TimeSpan _interval = TimeSpan.FromHours(6);

    /// <summary>Collects now, and again from time to time.</summary>
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

    /// <summary>Collects once. Bytes younger than a day may belong to an upload that is still on its way.</summary>
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
                if (await IsNamedAsync(project, found.Key, cancellationToken))
                    continue;
                await store.DeleteAsync(found.Key, cancellationToken);
                Log.Collected(logger, found.Key);
            }
            catch (InvalidDataException error)
            {
                // Nobody knows what a damaged record names: its project's bytes stay, those of others go.
                Log.GarbageFailed(logger, error);
            }
        }
    }

    async Task<bool> IsNamedAsync(ProjectName project, string key, CancellationToken cancellationToken) =>
        records.Find(project) is { } record
        && await record.ReadAsync(history => history.FindVisible(StorageLayout.FileNameOf(key))?.Location == key, cancellationToken);
}
