using PyRepo.Packaging.Simple;

namespace PyRepo.Server.Proxies.Pages;

/// <summary>
/// Compares a page with the one that was cached before, and remembers what a page does not say. All functions are pure.
/// </summary>
/// <remarks>
/// That a file was here before is a fact about its name and hash. It outlives the time in which upstream did not know
/// the project.
/// </remarks>
static class PageHistory
{
    /// <summary>The files that are remembered although they are gone.</summary>
    const int MaxFormerFiles = 50_000;

    /// <summary>A file that was absent is younger than those that were there. No page shows a time that exact.</summary>
    static readonly TimeSpan _later = TimeSpan.FromTicks(1);

    /// <summary>
    /// Returns, for each file that was absent in an earlier reading, the last such reading; for a file without an
    /// upload time at least the first reading that had it.
    /// </summary>
    /// <param name="page">The page that was read.</param>
    /// <param name="before">The page that was cached before, or null if there was none.</param>
    /// <param name="now">When the page was read.</param>
    public static Dictionary<string, DateTimeOffset> FirstSeen(
        ProjectDetail page, CachedPage? before, DateTimeOffset now)
    {
        var seen = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        var (known, evicted) = (before is null ? [] : GetHashes(before), new EvictedFiles(before?.Metadata));
        var uploads = page.Files.Any(file => IsUndated(file, now)) ? GetUploadTimes(before, now) : [];
        foreach (var file in page.Files)
        {
            if (GetDate(file, known, evicted, uploads, before, now) is { } date)
                seen.TryAdd(file.FileName, date < now ? date : now); // The clock may have been wrong.
        }
        // What comes back is as old as it was.
        foreach (var former in known.Keys)
        {
            if (before!.Metadata.FindFirstSeen(former) is { } date)
                seen.TryAdd(former, date);
        }
        return seen;
    }

    /// <summary>
    /// Returns the dates that were served in place of upload times, for the files of which the page no longer shows
    /// that it lacks one: a date never moves once it was served.
    /// </summary>
    /// <inheritdoc cref="FormerFiles"/>
    public static Dictionary<string, DateTimeOffset> ServedDates(ProjectDetail? page, CachedPage? before)
    {
        var served = GetServedDates(before);
        if (served.Count == 0)
            return served;
        var known = GetHashes(before!);
        foreach (var file in page?.Files ?? [])
        {
            if (file.UploadTime is null || Contradicts(known.GetValueOrDefault(file.FileName, ""), file.Hashes)
                || (served.TryGetValue(file.FileName, out var date) && date == file.UploadTime))
            {
                served.Remove(file.FileName);
            }
        }
        return Limit(served);
    }

    /// <summary>Returns when each yanked file was first seen to be yanked, if it was on the page before.</summary>
    /// <inheritdoc cref="FirstSeen"/>
    public static Dictionary<string, DateTimeOffset> YankedAt(
        ProjectDetail page, CachedPage? before, DateTimeOffset now)
    {
        var yanked = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        if (before is null)
            return yanked;
        var unyanked = (before.Page?.Files ?? []).Where(f => f.Yanked is null).Select(f => f.FileName)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var file in page.Files.Where(f => f.Yanked is not null))
        {
            if (unyanked.Contains(file.FileName))
                yanked.TryAdd(file.FileName, now);
            else if (before.Metadata.YankedAt.TryGetValue(file.FileName, out var earlier))
                yanked.TryAdd(file.FileName, earlier);
        }
        return yanked;
    }

    /// <summary>Returns when each cached file that the page lacks was first seen to be missing.</summary>
    /// <param name="page">The page that was read, or null if upstream does not know the project.</param>
    /// <param name="cached">The names of the cached files.</param>
    /// <param name="before">The page that was cached before, or null if there was none.</param>
    /// <param name="now">When the page was read.</param>
    public static Dictionary<string, DateTimeOffset> RemovedAt(
        ProjectDetail? page, IReadOnlyCollection<string> cached, CachedPage? before, DateTimeOffset now)
    {
        if (cached.Count == 0)
            return [];
        var present = (page?.Files ?? []).Select(f => f.FileName).ToHashSet(StringComparer.Ordinal);
        return cached.Where(name => !present.Contains(name)).ToDictionary(
            name => name,
            name => before?.Metadata.RemovedAt.TryGetValue(name, out var earlier) is true ? earlier : now,
            StringComparer.Ordinal);
    }

    /// <summary>Returns the files that earlier pages had and this one lacks, with their hashes.</summary>
    /// <param name="page">The page that was read, or null if upstream does not know the project.</param>
    /// <param name="before">The page that was cached before, or null if there was none.</param>
    public static Dictionary<string, string> FormerFiles(ProjectDetail? page, CachedPage? before)
    {
        if (before is null)
            return [];
        var former = GetHashes(before);
        foreach (var file in page?.Files ?? [])
            former.Remove(file.FileName);
        return Limit(former);
    }

    /// <summary>Returns as much as is remembered.</summary>
    public static Dictionary<string, T> Limit<T>(Dictionary<string, T> remembered) => remembered.Count <= MaxFormerFiles
        ? remembered
        : remembered.Take(MaxFormerFiles).ToDictionary(f => f.Key, f => f.Value, StringComparer.Ordinal);

    /// <summary>Returns why cached files that the page lacks were yanked, as far as they were.</summary>
    /// <inheritdoc cref="RemovedAt"/>
    public static Dictionary<string, string> RemovedYanks(
        ProjectDetail? page, IReadOnlyCollection<string> cached, CachedPage? before)
    {
        if (cached.Count == 0 || before is null)
            return [];
        return Removed(before.Metadata.RemovedYanks, before, file => file.Yanked, page, cached);
    }

    /// <summary>Returns the URLs that cached files that the page lacks had at upstream.</summary>
    /// <inheritdoc cref="RemovedAt"/>
    public static Dictionary<string, string> RemovedUrls(
        ProjectDetail? page, IReadOnlyCollection<string> cached, CachedPage? before)
    {
        if (cached.Count == 0 || before is null)
            return [];
        return Removed(before.Metadata.RemovedUrls, before, file => file.Url, page, cached);
    }

    static Dictionary<string, string> Removed(
        Dictionary<string, string> earlier, CachedPage before, Func<PageFile, string?> get, ProjectDetail? page,
        IReadOnlyCollection<string> cached)
    {
        var removed = new Dictionary<string, string>(earlier, StringComparer.Ordinal);
        foreach (var file in before.Page?.Files ?? [])
        {
            if (get(file) is { } text)
                removed[file.FileName] = text;
        }
        foreach (var file in page?.Files ?? [])
            removed.Remove(file.FileName);
        return removed.Where(each => cached.Contains(each.Key)).ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>
    /// Returns the cached files that upstream quarantined: with the page, or before it removed them. What it shows
    /// again is no longer one of them.
    /// </summary>
    /// <param name="page">The page that was read, or null if upstream does not know the project.</param>
    /// <param name="cached">The names of the cached files.</param>
    /// <param name="before">The page that was cached before, or null if there was none.</param>
    public static HashSet<string> Quarantined(
        ProjectDetail? page, IReadOnlyCollection<string> cached, CachedPage? before)
    {
        if (page is { Status: ProjectStatus.Quarantined })
            return [.. cached];
        var still = before?.Metadata.Quarantined ?? [];
        var shown = (page?.Files ?? []).Select(f => f.FileName).ToHashSet(StringComparer.Ordinal);
        return [.. still.Where(name => !shown.Contains(name) && cached.Contains(name))];
    }

    /// <summary>Returns the outcomes for the attestations of the files that are still shown.</summary>
    /// <param name="page">The page that was read, or null if upstream does not know the project.</param>
    /// <param name="cached">The names of the cached files.</param>
    /// <param name="before">The page that was cached before, or null if there was none.</param>
    public static Dictionary<string, VerifiedFile> Verified(
        ProjectDetail? page, IReadOnlyCollection<string> cached, CachedPage? before)
    {
        if (before is not { Metadata.Verified.Count: > 0 })
            return [];
        var shown = (page?.Files ?? []).Select(file => file.FileName).Concat(cached).ToHashSet(StringComparer.Ordinal);
        return before.Metadata.Verified.Where(each => shown.Contains(each.Key)).ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>Returns what was found out about the archives of the files that are still shown.</summary>
    /// <inheritdoc cref="Verified"/>
    public static Dictionary<string, InspectedFile> Inspected(
        ProjectDetail? page, IReadOnlyCollection<string> cached, CachedPage? before)
    {
        if (before is not { Metadata.Inspected.Count: > 0 })
            return [];
        // Of an evicted page there is only what a rule might find. It must not be lost before the page is read again.
        var shown = (page?.Files ?? []).Select(file => file.FileName).Concat(cached).ToHashSet(StringComparer.Ordinal);
        return before.Metadata.Inspected.Where(each => shown.Contains(each.Key)).ToDictionary(StringComparer.Ordinal);
    }

    static DateTimeOffset? GetDate(
        PageFile file, Dictionary<string, string> known, EvictedFiles evicted,
        Dictionary<string, DateTimeOffset> uploads, CachedPage? before, DateTimeOffset now)
    {
        if (known.TryGetValue(file.FileName, out var hash))
        {
            if (Contradicts(hash, file.Hashes))
                return before!.Metadata.CheckedAt + _later;
            if (before!.Metadata.FindFirstSeen(file.FileName) is { } earlier)
                return earlier;
            if (!IsUndated(file, now))
                return null;
            // Upstream said it before. One page without times must not make all files new.
            return uploads.TryGetValue(file.FileName, out var uploaded) ? uploaded : before.Metadata.CheckedAt;
        }
        if (before is { Metadata: { IsEvicted: false } or { NotKnown: true } })
            return before.Metadata.CheckedAt + _later;
        if (before is null)
            return IsUndated(file, now) ? now : null;
        if (!evicted.Contains(file))
            return before.Metadata.CheckedAt + _later;
        return before.Metadata.FindFirstSeen(file.FileName)
            ?? (IsUndated(file, now) ? before.Metadata.CheckedAt : null);
    }

    /// <summary>Whether upstream does not say when a file was uploaded. A time to come cannot be it.</summary>
    static bool IsUndated(PageFile file, DateTimeOffset now) => !(file.UploadTime <= now);

    /// <summary>Returns when upstream said that the files of a page were uploaded.</summary>
    static Dictionary<string, DateTimeOffset> GetUploadTimes(CachedPage? page, DateTimeOffset now)
    {
        var times = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var file in page?.Page?.Files ?? [])
        {
            if (!IsUndated(file, now))
                times.TryAdd(file.FileName, file.UploadTime!.Value);
        }
        return times;
    }

    /// <summary>Returns what is left of a page that is evicted.</summary>
    public static CachedPageMetadata Evict(CachedPage page)
    {
        var served = GetServedDates(page);
        return page.Metadata with
        {
            FirstSeen = page.Metadata.FirstSeen.Where(seen => !served.ContainsKey(seen.Key))
                .ToDictionary(seen => seen.Key, seen => seen.Value, StringComparer.Ordinal),
            ServedDates = served,
            // The documents of those that upstream removed are gone.
            Verified = page.Metadata.Verified.Where(each => page.Metadata.RemovedAt.ContainsKey(each.Key))
                .ToDictionary(StringComparer.Ordinal),
            Publishers = PublisherRatchet.Merge(page),
            // The others can be had from upstream again.
            Inspected = page.Metadata.Inspected.Where(each => each.Value.IsNotable)
                .ToDictionary(StringComparer.Ordinal),
            EvictedFiles = EvictedFiles.Write(page.Page?.Files ?? []),
            EvictedLength = EvictedFiles.Length,
        };
    }

    /// <summary>Returns the dates that a page had in place of upload times.</summary>
    static Dictionary<string, DateTimeOffset> GetServedDates(CachedPage? page)
    {
        var served = new Dictionary<string, DateTimeOffset>(page?.Metadata.ServedDates ?? [], StringComparer.Ordinal);
        foreach (var file in page?.Page?.Files ?? [])
        {
            if (file.UploadTime is null && page!.Metadata.FirstSeen.TryGetValue(file.FileName, out var date))
                served[file.FileName] = date;
        }
        return served;
    }

    /// <summary>Returns the hashes of the files that a page has or once had, by name.</summary>
    public static Dictionary<string, string> GetHashes(CachedPage before)
    {
        var hashes = new Dictionary<string, string>(before.Metadata.FormerFiles, StringComparer.Ordinal);
        foreach (var (name, file) in ReplacedFiles.GetServed(before.Page?.Files ?? []))
            hashes[name] = GetText(file.Hashes);
        return hashes;
    }

    /// <summary>Returns the strongest hash: <c>sha256=…</c>; empty if there is none.</summary>
    public static string GetText(FileHashes hashes) =>
        hashes.Sha256 is { } sha256 ? $"sha256={sha256}"
        : hashes.OtherAlgorithm is { } other ? $"{other}={hashes.OtherHex}"
        : "";

    /// <summary>Whether a file has another hash than before, by the same algorithm.</summary>
    static bool Contradicts(string before, FileHashes now) =>
        (now.Sha256 is { } sha256 && before.StartsWith("sha256=", StringComparison.Ordinal)
            && before != $"sha256={sha256}")
        || (now.OtherAlgorithm is { } other && before.StartsWith($"{other}=", StringComparison.Ordinal)
            && before != $"{other}={now.OtherHex}");
}
