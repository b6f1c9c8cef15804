using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PyRepo.Egress;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Proxies.Pages;

/// <summary>
/// Finds out something about a project's files, a few at a time, while its page is shown. A file that fails is left alone
/// for a while, each time for longer.
/// </summary>
/// <param name="shared">The context that the projects of the upstream share.</param>
/// <param name="examiner">Finds it out.</param>
/// <param name="add">
/// Adds outcomes to the page. Returns the project with them, or null if it is no longer in memory.
/// </param>
sealed class PageExamination<T>(
    CachedProjects shared, IExaminer<T> examiner,
    Func<IReadOnlyDictionary<string, T>, Task<ProjectSnapshot?>> add)
{
    const int MaxCount = 1024;

    /// <summary>The longest pause is an hour.</summary>
    const int MaxDoublings = 6;

    /// <summary>How long a page waits: as long as for metadata.</summary>
    static readonly TimeSpan _maxWait = TimeSpan.FromSeconds(2);

    /// <summary>How long a file is left alone that has failed once.</summary>
    static readonly TimeSpan _shortestPause = TimeSpan.FromMinutes(1);

    static readonly Dictionary<string, T> _none = [];

    readonly ConcurrentDictionary<string, (int Count, DateTimeOffset Until)> _failed = new(StringComparer.Ordinal);

    /// <summary>The batch that is being examined, or was last.</summary>
    volatile Task<ExaminedBatch<T>>? _batch;
    int _running;

    /// <summary>Whether somebody wanted to begin meanwhile.</summary>
    int _isWanted;

    /// <summary>
    /// Begins to examine the files of a project that have not been, unless that goes on already. If files are hidden
    /// until they are examined, it may wait a moment for the first few.
    /// </summary>
    /// <param name="project">The project.</param>
    /// <param name="waits">Whether it may wait.</param>
    /// <returns>The outcomes, by file name; null if none came while it waited.</returns>
    public async Task<IReadOnlyDictionary<string, T>?> ExamineAsync(ProjectSnapshot project, bool waits)
    {
        if (Begin(project) is not { } batch || !(waits && examiner.IsAwaited))
            return null;
        await Task.WhenAny(batch, Task.Delay(_maxWait, shared.Clock));
        return batch is { IsCompletedSuccessfully: true, Result.Outcomes: { Count: > 0 } found } ? found : null;
    }

    /// <returns>The batch that is being examined; null if there is nothing to examine, or no turn.</returns>
    Task<ExaminedBatch<T>>? Begin(ProjectSnapshot project)
    {
        var files = Choose(project, examiner.FirstCount, []);
        if (files.Count == 0)
            return null;
        // Before it is known whether it is running: it looks at this after it has ended. Nobody else begins meanwhile.
        Volatile.Write(ref _isWanted, 1);
        if (Interlocked.CompareExchange(ref _running, 1, 0) != 0)
            return _batch;
        Volatile.Write(ref _isWanted, 0);
        if (!examiner.Turns.Wait(0))
        {
            Volatile.Write(ref _running, 0);
            return null;
        }
        var first = DetachedTask.Run(() => ExamineAsync(project, files));
        _batch = first;
        var name = project.Project.Value;
        DetachedTask.Run(() => RunAsync(name, files, first));
        return first;
    }

    async Task RunAsync(string name, List<Distribution> files, Task<ExaminedBatch<T>> first)
    {
        try
        {
            await GoOnAsync(files, first);
            do
            {
                // The page may have got other files since it was last looked at.
                while (Interlocked.Exchange(ref _isWanted, 0) != 0 && await add(_none) is { } project
                    && Choose(project, examiner.FirstCount, []) is { Count: > 0 } more)
                {
                    await GoOnAsync(more, _batch = ExamineAsync(project, more));
                }
                Volatile.Write(ref _running, 0);
            }
            while (Volatile.Read(ref _isWanted) != 0 && Interlocked.CompareExchange(ref _running, 1, 0) == 0);
        }
        catch (Exception error)
        {
            Log.NotExamined(shared.Logger, name, examiner.Work, error.Message);
            Volatile.Write(ref _running, 0);
        }
        finally
        {
            examiner.Turns.Release();
        }
    }

    /// <summary>Examines one batch after the other; no file twice.</summary>
    async Task GoOnAsync(List<Distribution> files, Task<ExaminedBatch<T>> running)
    {
        var tried = new HashSet<string>(StringComparer.Ordinal);
        for (var count = 2 * examiner.FirstCount; files.Count > 0; count = Math.Min(2 * count, MaxCount))
        {
            tried.UnionWith(files.Select(file => file.Name.FileName));
            var batch = await running;
            if (await add(batch.Outcomes) is not { } project || batch.IsBrokenOff)
                return;
            files = Choose(project, count, tried);
            _batch = running = ExamineAsync(project, files);
        }
    }

    async Task<ExaminedBatch<T>> ExamineAsync(ProjectSnapshot project, List<Distribution> files)
    {
        var batch = await examiner.ExamineAsync(project, files);
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

    List<Distribution> Choose(ProjectSnapshot project, int count, HashSet<string> tried)
    {
        var now = shared.Clock.GetUtcNow();
        var pending = examiner.FindPending(project);
        var names = pending.Select(file => file.Name.FileName).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in _failed.Keys.Where(file => !names.Contains(file)))
            _failed.TryRemove(gone, out _);
        return examiner.Choose(
            project,
            [
                .. pending.Where(file => !tried.Contains(file.Name.FileName)
                    && !(_failed.TryGetValue(file.Name.FileName, out var failure) && failure.Until > now)),
            ],
            count, isFirst: tried.Count == 0);
    }
}

/// <summary>Finds out something about files of upstream, which it may ask.</summary>
interface IExaminer<T>
{
    /// <summary>The work, for the log: <c>verified</c>.</summary>
    string Work { get; }

    /// <summary>The files that are examined first.</summary>
    int FirstCount { get; }

    /// <summary>Whether pages wait a moment for it, because files are hidden until it is done.</summary>
    bool IsAwaited { get; }

    /// <summary>The turns of the projects of one upstream.</summary>
    SemaphoreSlim Turns { get; }

    /// <summary>Returns the files of a project that are to be examined.</summary>
    IReadOnlyList<Distribution> FindPending(ProjectSnapshot project);

    /// <summary>Chooses the next ones.</summary>
    /// <param name="project">The project.</param>
    /// <param name="due">Those that may be examined now.</param>
    /// <param name="count">How many to choose.</param>
    /// <param name="isFirst">Whether none were chosen before.</param>
    List<Distribution> Choose(ProjectSnapshot project, List<Distribution> due, int count, bool isFirst);

    /// <summary>Examines files of a project.</summary>
    Task<ExaminedBatch<T>> ExamineAsync(ProjectSnapshot project, IReadOnlyList<Distribution> files);
}

/// <summary>Some files that have been examined.</summary>
/// <param name="Outcomes">The outcomes, by file name.</param>
/// <param name="Failed">The names of the files of which what is needed could not be had.</param>
/// <param name="IsBrokenOff">Whether others were not tried, because so many failed, or there is no room for more.</param>
sealed record ExaminedBatch<T>(
    IReadOnlyDictionary<string, T> Outcomes, IReadOnlyCollection<string> Failed, bool IsBrokenOff);
