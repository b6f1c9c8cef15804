using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Server.Content.Archives;
using PyRepo.Server.Proxies.Upstream;

namespace PyRepo.Server.Proxies.Pages;

/// <summary>
/// The files that have another hash at upstream than when their names were first seen. All functions are pure.
/// </summary>
static class ReplacedFiles
{
    /// <summary>Returns the files with other bytes than their first ones, by name.</summary>
    /// <param name="project">The project.</param>
    /// <param name="page">The page that was read, or null if upstream does not know the project.</param>
    /// <param name="before">The page of the same upstream that was cached before, or null if there was none.</param>
    /// <param name="cached">The SHA-256 of each cached file, by name.</param>
    /// <param name="now">When the page was read.</param>
    /// <remarks>
    /// The first hash outlives the absence of its file. A file that gained a hash has the same bytes as far as anybody
    /// knows, unless its first ones are in the cache; one that lost its hash may have any.
    /// </remarks>
    public static Dictionary<string, ChangedBytes> Find(
        ProjectName project, ProjectDetail? page, CachedPage? before,
        IReadOnlyDictionary<string, Sha256Digest?> cached, DateTimeOffset now)
    {
        if (before is null)
            return [];
        var changed = new Dictionary<string, ChangedBytes>(before.Metadata.Changed, StringComparer.Ordinal);
        if (page is null)
            return changed;
        var (known, evicted) = (PageHistory.GetHashes(before), new EvictedFiles(before.Metadata));
        foreach (var (name, file) in GetServed(page.Files))
        {
            var last = changed.GetValueOrDefault(name);
            var first = last?.FirstHash ?? GetFirst(known.GetValueOrDefault(name), file, cached);
            // Of the first hash there may be a fingerprint only, or none by now.
            var isChanged = first is null ? evicted.HadOther(file) : first.Length == 0 && last is not null
                || IsChanged(first, file.Hashes);
            if (!isChanged)
                changed.Remove(name);
            else if (PageHistory.GetText(file.Hashes) is var hash && hash != last?.Hash
                && UpstreamSnapshot.TryReadName(file, project, out _))
            {
                changed[name] = new(first ?? "", hash, now);
            }
        }
        return PageHistory.Limit(changed);
    }

    /// <summary>Returns the first hash of a file: that of its cached bytes, if it gained one like it.</summary>
    static string? GetFirst(string? known, PageFile file, IReadOnlyDictionary<string, Sha256Digest?> cached) =>
        known?.StartsWith("sha256=", StringComparison.Ordinal) is false && file.Hashes.Sha256 is not null
        && cached.GetValueOrDefault(file.FileName) is { } hash
            ? $"sha256={hash}" : known;

    /// <summary>Returns the names of files whose bytes changed with a page, in their order.</summary>
    /// <param name="page">The page that was read.</param>
    /// <param name="before">The page that was cached before, or null if there was none.</param>
    public static IReadOnlyList<string> FindNew(CachedPage page, CachedPage? before) =>
    [
        .. from each in page.Metadata.Changed
           where before?.Metadata.Changed.GetValueOrDefault(each.Key) != each.Value
           orderby each.Key
           select each.Key,
    ];

    /// <summary>Returns the files of a page by name; of several with one name, that which is shown.</summary>
    public static Dictionary<string, PageFile> GetServed(IReadOnlyList<PageFile> files)
    {
        var served = new Dictionary<string, PageFile>(files.Count, StringComparer.Ordinal);
        foreach (var file in files)
        {
            if (!served.TryAdd(file.FileName, file) && !UpstreamSnapshot.IsWeb(served[file.FileName].Url))
                served[file.FileName] = file;
        }
        return served;
    }

    /// <summary>Whether a hash is another one than before, or is gone.</summary>
    /// <param name="before">The hash that upstream showed before: <c>sha256=…</c>; empty if it showed none.</param>
    /// <param name="now">The hashes that it shows now.</param>
    public static bool IsChanged(string before, FileHashes now)
    {
        if (before.Length == 0)
            return false;
        if (before.StartsWith("sha256=", StringComparison.Ordinal))
            return before != $"sha256={now.Sha256}";
        // A stronger hash than before is gained, even if the weaker one goes with that.
        return now.OtherAlgorithm is { } other && before.StartsWith($"{other}=", StringComparison.Ordinal)
            ? before != $"{other}={now.OtherHex}"
            : now.Sha256 is null;
    }
}
