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
    const int FirstCount = 16, MaxCount = 1024;

    /// <summary>The longest pause is an hour.</summary>
    const int MaxDoublings = 6;

    /// <summary>How long a page waits: as long as for metadata.</summary>
    static readonly TimeSpan _maxWait = TimeSpan.FromSeconds(2);

    /// <summary>How long a file is left alone that has failed once.</summary>
    static readonly TimeSpan _shortestPause = TimeSpan.FromMinutes(1);

    static readonly Dictionary<string, VerifiedFile> _none = [];

    readonly ConcurrentDictionary<string, (int Count, DateTimeOffset Until)> _failed = new(StringComparer.Ordinal);

    /// <summary>The batch that is being verified, or was last.</summary>
    volatile Task<VerifiedBatch>? _batch;
    int _running;

    /// <summary>Whether somebody wanted to begin meanwhile.</summary>
    int _isWanted;

    /// <summary>
    /// Begins to verify the files of a project that have not been, unless that goes on already. If files are hidden
    /// until they are verified, it may wait a moment for the first few.
    /// </summary>
    /// <param name="project">The project.</param>
    /// <param name="waits">Whether it may wait.</param>
    /// <returns>The outcomes, by file name; null if none came while it waited.</returns>
    public async Task<IReadOnlyDictionary<string, VerifiedFile>?> VerifyAsync(ProjectSnapshot project, bool waits)
    {
        if (Begin(project) is not { } batch || !(waits && shared.Documents.Settings.Provenance is { IsAwaited: true }))
            return null;
        await Task.WhenAny(batch, Task.Delay(_maxWait, shared.Clock));
        return batch is { IsCompletedSuccessfully: true, Result.Outcomes: { Count: > 0 } found } ? found : null;
    }

    /// <returns>The batch that is being verified; null if there is nothing to verify, or no turn.</returns>
    Task<VerifiedBatch>? Begin(ProjectSnapshot project)
    {
        var files = Choose(project, FirstCount, []);
        if (files.Count == 0)
            return null;
        // Before it is known whether it is running: it looks at this after it has ended. Nobody else begins meanwhile.
        Volatile.Write(ref _isWanted, 1);
        if (Interlocked.CompareExchange(ref _running, 1, 0) != 0)
            return _batch;
        Volatile.Write(ref _isWanted, 0);
        if (!shared.Verifying.Wait(0))
        {
            Volatile.Write(ref _running, 0);
            return null;
        }
        var first = DetachedTask.Run(() => VerifyAsync(files));
        _batch = first;
        var name = project.Project.Value;
        DetachedTask.Run(() => RunAsync(name, files, first));
        return first;
    }

    async Task RunAsync(string name, List<Distribution> files, Task<VerifiedBatch> first)
    {
        try
        {
            await GoOnAsync(files, first);
            do
            {
                // The page may have got other files since it was last looked at.
                while (Interlocked.Exchange(ref _isWanted, 0) != 0 && await add(_none) is { } project
                    && Choose(project, FirstCount, []) is { Count: > 0 } more)
                {
                    await GoOnAsync(more, _batch = VerifyAsync(more));
                }
                Volatile.Write(ref _running, 0);
            }
            while (Volatile.Read(ref _isWanted) != 0 && Interlocked.CompareExchange(ref _running, 1, 0) == 0);
        }
        catch (Exception error)
        {
            Log.NotVerified(shared.Logger, name, error.Message);
            Volatile.Write(ref _running, 0);
        }
        finally
        {
            shared.Verifying.Release();
        }
    }

    /// <summary>Verifies one batch after the other; no file twice.</summary>
    async Task GoOnAsync(List<Distribution> files, Task<VerifiedBatch> running)
    {
        var tried = new HashSet<string>(StringComparer.Ordinal);
        for (var count = 2 * FirstCount; files.Count > 0; count = Math.Min(2 * count, MaxCount))
        {
            tried.UnionWith(files.Select(file => file.Name.FileName));
            var batch = await running;
            if (await add(batch.Outcomes) is not { } project || batch.IsBrokenOff)
                return;
            files = Choose(project, count, tried);
            _batch = running = VerifyAsync(files);
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

    /// <summary>Chooses the next files to verify. Of a project with too many, the newest few are always chosen.</summary>
    List<Distribution> Choose(ProjectSnapshot project, int count, HashSet<string> tried)
    {
        var now = shared.Clock.GetUtcNow();
        var verdicts = project.Files.ToLookup(file => file.Distribution.Verified?.Verdict, file => file.Distribution);
        var verified = verdicts[ProvenanceVerdict.Verified].Count() + verdicts[ProvenanceVerdict.Refused].Count();
        var room = ServerLimits.MaxVerifiedFiles - verified;
        count = room > 0 ? Math.Min(count, room) : tried.Count == 0 ? FirstCount : 0;
        var pending = verdicts[ProvenanceVerdict.Pending].ToDictionary(file => file.Name.FileName);
        foreach (var gone in _failed.Keys.Where(file => !pending.ContainsKey(file)))
            _failed.TryRemove(gone, out _);
        var due = pending.Values
            .Where(file => !tried.Contains(file.Name.FileName)
                && !(_failed.TryGetValue(file.Name.FileName, out var failure) && failure.Until > now))
            .OrderByDescending(file => file.AvailableSince ?? DateTimeOffset.MaxValue).ToList();
        return count == 0 ? [] : due.Count <= count ? due : [due[^1], .. due.Take(count - 1)];
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
/// <param name="IsBrokenOff">Whether others were not tried, because so many failed, or there is no room for more.</param>
sealed record VerifiedBatch(
    IReadOnlyDictionary<string, VerifiedFile> Outcomes, IReadOnlyCollection<string> Failed, bool IsBrokenOff);
