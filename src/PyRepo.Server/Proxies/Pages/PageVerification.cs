using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PyRepo.Egress;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Proxies.Pages;

/// <summary>
/// Verifies the attestations of a project's files, a few at a time, while its page is shown: those that became available
/// last come first, for they are the ones that may be held; and with them the first one, whose publisher the others are
/// compared with. A file that fails is left alone for a while, each time for longer.
/// </summary>
/// <param name="shared">The context that the projects of the upstream share.</param>
/// <param name="add">
/// Adds outcomes to the page. Returns the project with them, or null if it is no longer in memory.
/// </param>
sealed class PageVerification(
    CachedProjects shared, Func<IReadOnlyDictionary<string, VerifiedFile>, Task<ProjectSnapshot?>> add)
{
    const int FirstCount = 16, MaxCount = 256, MaxDoublings = 8;

    /// <summary>How long a page waits: as long as for metadata.</summary>
    static readonly TimeSpan _maxWait = TimeSpan.FromSeconds(2);

    /// <summary>How long a file is left alone that has failed once.</summary>
    static readonly TimeSpan _shortestPause = TimeSpan.FromMinutes(1);

    readonly ConcurrentDictionary<string, (int Count, DateTimeOffset Until)> _failed = new(StringComparer.Ordinal);
    int _running;

    /// <summary>
    /// Begins to verify the files of a project that have not been, unless that goes on already. If files are hidden
    /// until they are verified, it may wait a moment for the first few.
    /// </summary>
    /// <param name="project">The project.</param>
    /// <param name="waits">Whether it may wait.</param>
    /// <returns>The outcomes, by file name; null if none came while it waited.</returns>
    public async Task<IReadOnlyDictionary<string, VerifiedFile>?> VerifyAsync(ProjectSnapshot project, bool waits)
    {
        if (Begin(project) is not { } first || !(waits && shared.Documents.Settings.Provenance is { IsAwaited: true }))
            return null;
        await Task.WhenAny(first, Task.Delay(_maxWait, shared.Clock));
        return first is { IsCompletedSuccessfully: true, Result.Outcomes: { Count: > 0 } found } ? found : null;
    }

    Task<VerifiedBatch>? Begin(ProjectSnapshot project)
    {
        if (Choose(project, FirstCount) is not { Count: > 0 } files || !shared.Verifying.Wait(0))
            return null;
        if (Interlocked.CompareExchange(ref _running, 1, 0) != 0)
        {
            shared.Verifying.Release();
            return null;
        }
        var name = project.Project.Value;
        var first = DetachedTask.Run(() => VerifyAsync(files));
        DetachedTask.Run(() => GoOnAsync(name, first));
        return first;
    }

    async Task GoOnAsync(string name, Task<VerifiedBatch> first)
    {
        try
        {
            var batch = await first;
            for (var count = 2 * FirstCount; ; count = Math.Min(2 * count, MaxCount))
            {
                // The page may have got other files meanwhile.
                if (await add(batch.Outcomes) is not { } project || batch.IsBrokenOff
                    || Choose(project, count) is not { Count: > 0 } files)
                {
                    return;
                }
                batch = await VerifyAsync(files);
            }
        }
        catch (Exception error)
        {
            Log.NotVerified(shared.Logger, name, error.Message);
        }
        finally
        {
            Volatile.Write(ref _running, 0);
            shared.Verifying.Release();
        }
    }

    async Task<VerifiedBatch> VerifyAsync(List<Distribution> files)
    {
        var batch = await shared.Provenance.VerifyAsync(files);
        foreach (var file in batch.Outcomes.Keys)
            _failed.TryRemove(file, out _);
        foreach (var file in batch.Failed)
        {
            var count = _failed.GetValueOrDefault(file).Count;
            _failed[file] = (
                Math.Min(count + 1, MaxDoublings), shared.Clock.GetUtcNow() + (_shortestPause * Math.Pow(2, count)));
        }
        return batch;
    }

    List<Distribution> Choose(ProjectSnapshot project, int count)
    {
        var now = shared.Clock.GetUtcNow();
        var verdicts = project.Files.ToLookup(file => file.Distribution.Verified?.Verdict, file => file.Distribution);
        var verified = verdicts[ProvenanceVerdict.Verified].Count() + verdicts[ProvenanceVerdict.Refused].Count();
        count = Math.Min(count, ServerLimits.MaxVerifiedFiles - verified - _failed.Count);
        if (count <= 0)
            return [];
        var pending = verdicts[ProvenanceVerdict.Pending]
            .Where(file => !(_failed.TryGetValue(file.Name.FileName, out var failure) && failure.Until > now))
            .OrderByDescending(file => file.AvailableSince ?? DateTimeOffset.MaxValue).ToList();
        return pending.Count <= count ? pending : [pending[^1], .. pending.Take(count - 1)];
    }
}

/// <summary>The attestations of upstream's files.</summary>
interface IUpstreamProvenance
{
    /// <summary>Verifies the attestations of files that have some. It may ask upstream.</summary>
    Task<VerifiedBatch> VerifyAsync(IReadOnlyList<Distribution> files);
}

/// <summary>Some files whose attestations have been verified.</summary>
/// <param name="Outcomes">The outcomes, by file name.</param>
/// <param name="Failed">The names of the files whose attestations could not be had.</param>
/// <param name="IsBrokenOff">Whether others were not tried, because so many failed.</param>
sealed record VerifiedBatch(
    IReadOnlyDictionary<string, VerifiedFile> Outcomes, IReadOnlyCollection<string> Failed, bool IsBrokenOff);
