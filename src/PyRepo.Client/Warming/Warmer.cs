using System.Collections.Concurrent;
using PyRepo.Client.LockFiles;
using PyRepo.Packaging.Names;

namespace PyRepo.Client.Warming;

/// <summary>Fetches through an index what is locked, so that a proxy there keeps it.</summary>
/// <param name="client">Asks the index.</param>
/// <param name="parallel">How many requests run at once.</param>
/// <param name="progress">Is told how far it is.</param>
sealed class Warmer(IndexClient client, int parallel, IWarmProgress progress)
{
    const string NotFetched = "it was not fetched. ";

    readonly ConcurrentBag<WarmProblem> _problems = [];
    readonly ConcurrentBag<FilePlan> _plans = [];
    int _files;
    long _bytes;

    /// <summary>Fetches all files of the entries.</summary>
    /// <exception cref="IndexException">The index answers no request at all.</exception>
    public async Task<WarmResult> RunAsync(IEnumerable<LockEntry> entries, CancellationToken cancellationToken)
    {
        var projects = entries.GroupBy(entry => entry.Project).ToList();
        progress.Start(projects.Count);
        // The first page is asked for alone: with a wrong password, the index counts one failure and not eight.
        if (projects is [var first, ..])
            await PlanAsync(first, cancellationToken);
        await ForEachAsync(projects.Skip(1), PlanAsync, cancellationToken);
        List<WantedFile> files = [.. _plans.SelectMany(plan => plan.Files)];
        progress.Start(files.Count);
        await ForEachAsync(files, FetchAsync, cancellationToken);
        var late = _plans.SelectMany(plan => plan.Releases).SelectMany(release => release.Problems());
        return new(
            _files, _bytes,
            [
                .. _problems.Concat(late).Distinct().OrderBy(each => each.Project)
                    .ThenBy(each => each.What, StringComparer.Ordinal),
            ]);
    }

    Task ForEachAsync<T>(
        IEnumerable<T> items, Func<T, CancellationToken, ValueTask> run, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            items, new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellationToken },
            run);

    async ValueTask PlanAsync(IGrouping<ProjectName, LockEntry> entries, CancellationToken cancellationToken)
    {
        try
        {
            var plan = new FilePlan(
                entries.Key, await IndexPages.ReadAsync(client, entries.Key, cancellationToken));
            foreach (var entry in entries.Distinct())
                plan.Add(entry);
            _plans.Add(plan);
            foreach (var problem in plan.Problems)
                _problems.Add(problem);
        }
        catch (IndexException error) when (!error.ConcernsAll)
        {
            foreach (var entry in entries)
                _problems.Add(new WarmProblem(entry.Project, GetName(entry), NotFetched + error.Message));
        }
        progress.Finish(entries.Key.Value, 0);
    }

    async ValueTask FetchAsync(WantedFile file, CancellationToken cancellationToken)
    {
        var bytes = 0L;
        try
        {
            bytes = await FileFetch.RunAsync(client, file, cancellationToken);
            Interlocked.Increment(ref _files);
            Interlocked.Add(ref _bytes, bytes);
        }
        catch (IndexException error) when (!error.ConcernsAll)
        {
            var start = error.IsAnotherFile ? "" : NotFetched;
            _problems.Add(new WarmProblem(file.Project, file.FileName, start + error.Message));
        }
        progress.Finish(file.FileName, bytes);
    }

    static string GetName(LockEntry entry) => entry switch
    {
        LockEntry.File file => file.FileName,
        LockEntry.Release release => $"{release.Project}=={release.Version}",
        _ => entry.Project.Value,
    };
}

/// <summary>The result of warming.</summary>
/// <param name="Files">The number of files.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Problems">The files that were not fetched, or differ, by project.</param>
sealed record WarmResult(int Files, long Bytes, IReadOnlyList<WarmProblem> Problems);

/// <summary>A file that was not fetched, or differs.</summary>
/// <param name="Project">The project.</param>
/// <param name="What">The file's name, or the version whose file it is.</param>
/// <param name="Message">The problem.</param>
sealed record WarmProblem(ProjectName Project, string What, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{What} ({Project}): {Message}";
}

/// <summary>Is told how far the fetching is. Several threads call it.</summary>
interface IWarmProgress
{
    /// <summary>Something else begins: the pages, or the files.</summary>
    void Start(int count);

    /// <summary>A page or a file is done.</summary>
    /// <param name="what">The project, or the file.</param>
    /// <param name="bytes">The length of a file that was fetched.</param>
    void Finish(string what, long bytes);
}
