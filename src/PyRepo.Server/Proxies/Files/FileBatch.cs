using System.Collections.Concurrent;
using PyRepo.Egress;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Admission;
using PyRepo.Server.Proxies.Pages;

namespace PyRepo.Server.Proxies.Files;

/// <summary>
/// Examines files of one project, a few at a time. Projects take turns, so that one with many files or a slow upstream
/// does not keep the others waiting for long. A file that fails is no reason to lose the others, but many in a row are one
/// not to try the rest.
/// </summary>
/// <param name="turns">The turns of all projects.</param>
/// <param name="maxConcurrent">The turns that this project takes at once.</param>
sealed class FileBatch<T>(SemaphoreSlim turns, int maxConcurrent)
{
    /// <summary>After so many failures in a row, the others are not tried.</summary>
    const int MaxFailures = 8;

    readonly ConcurrentDictionary<string, T> _found = new(StringComparer.Ordinal);
    readonly ConcurrentBag<string> _failed = [];
    int _failuresInARow;

    /// <summary>A batch of which nothing can be examined now.</summary>
    public static ExaminedBatch<T> None { get; } = new(new Dictionary<string, T>(), [], IsBrokenOff: true);

    bool IsBrokenOff => Volatile.Read(ref _failuresInARow) >= MaxFailures;

    /// <summary>Examines files.</summary>
    /// <param name="files">The files.</param>
    /// <param name="examine">Examines one. Whatever it throws is a failure of that file alone.</param>
    /// <param name="failed">Is told of a file that failed, and why.</param>
    public async Task<ExaminedBatch<T>> RunAsync(
        IReadOnlyList<Distribution> files, Func<Distribution, Task<T>> examine, Action<Distribution, string> failed)
    {
        await Parallel.ForEachAsync(
            files, new ParallelOptions { MaxDegreeOfParallelism = maxConcurrent },
            async (file, _) => await ExamineAsync(file, examine, failed));
        return new ExaminedBatch<T>(_found, _failed, IsBrokenOff);
    }

    async Task ExamineAsync(
        Distribution file, Func<Distribution, Task<T>> examine, Action<Distribution, string> failed)
    {
        if (IsBrokenOff)
            return;
        await turns.WaitAsync(CancellationToken.None);
        try
        {
            _found[file.Name.FileName] = await examine(file);
            Volatile.Write(ref _failuresInARow, 0);
        }
        catch (OverloadedException)
        {
            Volatile.Write(ref _failuresInARow, MaxFailures); // It is this server's fault, and no file's.
        }
        catch (Exception error)
        {
            _failed.Add(file.Name.FileName);
            Interlocked.Increment(ref _failuresInARow);
            failed(file, error is UpstreamUnavailableException unavailable ? unavailable.Detail : error.Message);
        }
        finally
        {
            turns.Release();
        }
    }
}
