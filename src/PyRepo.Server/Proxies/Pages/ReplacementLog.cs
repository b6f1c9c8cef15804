using Microsoft.Extensions.Logging;
using PyRepo.Packaging.Names;

namespace PyRepo.Server.Proxies.Pages;

/// <summary>Logs and counts the files that upstream replaced under their names, whatever the policy says.</summary>
sealed class ReplacementLog(ILogger logger)
{
    /// <summary>The files of one page that are named.</summary>
    const int MaxNamed = 5;

    long _count;

    /// <summary>How many files were replaced.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>Notes what a page that was read has replaced.</summary>
    /// <param name="project">The project.</param>
    /// <param name="page">The page.</param>
    /// <param name="before">The page that was cached before, or null if there was none.</param>
    public void Note(ProjectName project, CachedPage page, CachedPage? before)
    {
        var names = ReplacedFiles.FindNew(page, before);
        if (names.Count == 0)
            return;
        Interlocked.Add(ref _count, names.Count);
        var named = string.Join(", ", names.Take(MaxNamed).Select(name => $"'{name}'"));
        Log.FilesReplaced(logger, project.Value, names.Count, names.Count > MaxNamed ? $"{named}, …" : named);
    }
}
