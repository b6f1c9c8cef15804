using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Server.Proxies.Upstream;

namespace PyRepo.Server.Proxies.Pages;

/// <summary>Makes the page to cache from what upstream says and what was cached before.</summary>
/// <param name="project">The project.</param>
/// <param name="shared">The context that the projects of the upstream share.</param>
sealed class PageUpdate(ProjectName project, CachedProjects shared)
{
    /// <summary>Returns the page that was read.</summary>
    /// <param name="url">The upstream that was asked.</param>
    /// <param name="page">The page.</param>
    /// <param name="validators">The validators to ask upstream for a newer one with.</param>
    /// <param name="last">The page that was cached before.</param>
    /// <param name="now">When it was read.</param>
    public async Task<CachedPage> OfPageAsync(
        string url, ProjectDetail page, PageValidators validators, CachedPage? last, DateTimeOffset now) =>
        new(page, (await DescribeAsync(url, page, last, now)) with
        {
            Format = CachedPageMetadata.CurrentFormat,
            ETag = validators.ETag,
            LastModified = validators.LastModified,
            FirstSeen = PageHistory.FirstSeen(page, last, now),
            ServedDates = PageHistory.ServedDates(page, last),
            YankedAt = PageHistory.YankedAt(page, last, now),
        });

    /// <summary>
    /// Returns that upstream does not know the project. If cached files outlive that, it is a page that has no others.
    /// </summary>
    /// <param name="url">The upstream that was asked.</param>
    /// <param name="last">The page that was cached before.</param>
    /// <param name="keepsRemoved">Whether cached files outlive it.</param>
    /// <param name="now">When upstream said so.</param>
    public async Task<CachedPage> OfGoneAsync(string url, CachedPage? last, bool keepsRemoved, DateTimeOffset now)
    {
        var metadata = (await DescribeAsync(url, null, last, now)) with
        {
            FirstSeen = last?.Metadata.FirstSeen ?? [],
            ServedDates = PageHistory.ServedDates(null, last),
            YankedAt = last?.Metadata.YankedAt ?? [],
        };
        return keepsRemoved && metadata.RemovedAt.Count > 0
            ? new CachedPage(new ProjectDetail { Name = project.Value }, metadata)
            : new CachedPage(null, metadata with { NotKnown = true });
    }

    async Task<CachedPageMetadata> DescribeAsync(
        string url, ProjectDetail? page, CachedPage? last, DateTimeOffset now)
    {
        var hashes = await shared.Records.FindListedAsync(project, CancellationToken.None) is { } record
            ? await record.ReadAsync(
                history => history.Visible.ToDictionary(f => f.Name.FileName, f => f.Sha256, StringComparer.Ordinal),
                CancellationToken.None)
            : [];
        var cached = hashes.Keys;
        var settings = shared.Documents.Settings;
        // What another upstream has says nothing about this one's publishers.
        var same = last?.Metadata.Upstream is { } before && before != url ? null : last;
        return new()
        {
            CheckedAt = now,
            Upstream = url,
            Serial = shared.Documents.NextSerial(last?.Metadata.Serial ?? 0),
            RemovedAt = PageHistory.RemovedAt(page, cached, last, now),
            RemovedYanks = PageHistory.RemovedYanks(page, cached, last),
            RemovedUrls = PageHistory.RemovedUrls(page, cached, last),
            Quarantined = PageHistory.Quarantined(page, cached, last),
            FormerFiles = PageHistory.FormerFiles(page, last),
            // Nor does it about this one's hashes.
            Changed = ReplacedFiles.Find(project, page, same, hashes, now),
            Verified = PageHistory.Verified(page, cached, same),
            VerifiedSince = same?.Metadata.VerifiedSince ?? (settings.Provenance is null ? null : now),
            Inspected = PageHistory.Inspected(page, cached, same),
            LookAlike = same?.Metadata.LookAlike,
            GuardedSince = same?.Metadata.GuardedSince ?? (settings.Guard is null ? null : now),
            Publishers = same is null ? [] : PublisherRatchet.Merge(same),
        };
    }
}
