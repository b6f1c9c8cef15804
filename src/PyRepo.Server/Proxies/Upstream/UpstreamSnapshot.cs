using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using PyRepo.Egress;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Proxies.Upstream;

/// <summary>Creates a snapshot from upstream's page and the cached files.</summary>
static class UpstreamSnapshot
{
    /// <summary>The approximate memory of a file of a snapshot and its page, in bytes.</summary>
    const int WeightOfFile = 2500;

    /// <summary>How many files are so many that their memory matters.</summary>
    const int ManyFiles = 2000;

    /// <summary>The part of it that does not depend on the length of the file's texts.</summary>
    const int WeightWithoutTexts = 2000;

    /// <summary>Returns the approximate memory of a page and the snapshot created from it, in bytes.</summary>
    public static long GetWeight(ProjectDetail page) =>
        1000 + (2 * (page.StatusReason?.Length ?? 0)) + page.Files.Sum(GetWeight) + (page.Versions.Count * 80L);

    /// <summary>
    /// Waits until there is memory for the snapshot of a page with many files, and for what it takes to save the page
    /// meanwhile.
    /// </summary>
    /// <exception cref="UpstreamUnavailableException">There is none in time.</exception>
    public static async ValueTask WaitForRoomAsync(ProjectDetail page)
    {
        if (page.Files.Count < ManyFiles)
            return;
        if (!await HeapHeadroom.OfProcess.WaitForRoomAsync(
            (long)page.Files.Count * WeightOfFile, CancellationToken.None))
        {
            throw new UpstreamUnavailableException("There is too little memory for a large page.")
            {
                IsRejection = true,
            };
        }
    }

    /// <summary>Creates a snapshot. The location of a file is the URL on upstream's page.</summary>
    /// <param name="project">The project.</param>
    /// <param name="page">Upstream's page.</param>
    /// <param name="cached">The cached files. They provide the hash of a file for which upstream provides none.</param>
    /// <param name="dates">The known dates of the files.</param>
    /// <param name="version">Identifies this combination of page, dates and cached files.</param>
    /// <param name="aliases">
    /// If it is the page of a member: the URL of the folder of its <see cref="FileAlias"/>es.
    /// </param>
    public static ProjectSnapshot From(
        ProjectName project, ProjectDetail page, ProjectHistory? cached, FileDates dates, string version,
        Uri? aliases = null)
    {
        var files = new List<Distribution>(page.Files.Count);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in page.Files)
        {
            // Upstream's page is untrusted. Skip names that are not those of distributions, and duplicates.
            if (TryReadName(file, project, out var name) && IsWeb(file.Url) && names.Add(file.FileName))
                files.Add(ToDistribution(file, name, cached?.FindVisible(file.FileName), dates, aliases));
        }
        foreach (var removed in cached is null || dates.RemovedAt.Count == 0 ? [] : cached.Visible)
        {
            if (dates.RemovedAt.TryGetValue(removed.Name.FileName, out var at) && names.Add(removed.Name.FileName))
            {
                files.Add(removed with
                {
                    RemovedAt = at,
                    AvailableSince = dates.AvailableSince(removed.Name.FileName, removed.UploadedAt),
                    Yanked = dates.RemovedYanks.GetValueOrDefault(removed.Name.FileName),
                    WasQuarantined = dates.Quarantined.Contains(removed.Name.FileName),
                    UpstreamUrl = dates.RemovedUrls.GetValueOrDefault(removed.Name.FileName),
                });
            }
        }
        files.Sort(Distribution.PageOrder);
        return new ProjectSnapshot
        {
            Project = project,
            Version = version,
            Serial = page.LastSerial,
            Status = page.Status,
            StatusReason = page.StatusReason,
            Files = [.. files.Select(f => new SnapshotFile(f))],
        };
    }

    /// <summary>Returns the valid project names of a list, sorted and without duplicates.</summary>
    public static ImmutableArray<ProjectName> GetNames(ProjectList list) => [.. GetSerials(list).Select(p => p.Name)];

    /// <summary>Returns the valid project names of a list with their serials, sorted and without duplicates.</summary>
    public static IEnumerable<(ProjectName Name, long? Serial)> GetSerials(ProjectList list)
    {
        var projects = new List<(ProjectName Name, long? Serial)>(list.Projects.Count);
        foreach (var listed in list.Projects)
        {
            if (listed.Name.Length <= ServerLimits.MaxProjectNameLength
                && ProjectName.TryParse(listed.Name, out var name))
            {
                projects.Add((name, listed.LastSerial));
            }
        }
        projects.Sort((a, b) => a.Name.CompareTo(b.Name));
        for (var i = 0; i < projects.Count; i++)
        {
            if (i == 0 || projects[i].Name != projects[i - 1].Name)
                yield return projects[i];
        }
    }

    /// <summary>
    /// Parses the file name of a distribution of the project. Returns false if the name contains no version.
    /// </summary>
    public static bool TryReadName(
        PageFile file, ProjectName project, [NotNullWhen(true)] out DistributionFileName? name) =>
        DistributionFileName.TryParse(file.FileName, project, out name) && name.VersionText.Length > 0;

    static long GetWeight(PageFile file) => Math.Max(
        WeightOfFile,
        WeightWithoutTexts + (2L * (file.FileName.Length + file.Url.Length + (file.RequiresPython?.Length ?? 0)
            + (file.Yanked?.Length ?? 0) + (file.Provenance?.Length ?? 0))));

    /// <summary>Whether an address is one that can be fetched.</summary>
    public static bool IsWeb(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var url)
            && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp);

    /// <summary>Returns a file's URL at upstream, which a member's page has only if it links to aliases.</summary>
    static string? GetUpstreamUrl(string url, Uri? aliases) =>
        aliases is null ? url
        : url.StartsWith(aliases.AbsoluteUri, StringComparison.Ordinal) ? $"https://{url[aliases.AbsoluteUri.Length..]}"
        : null;

    static Distribution ToDistribution(
        PageFile file, DistributionFileName name, Distribution? cached, FileDates dates, Uri? aliases)
    {
        var upstreamUrl = GetUpstreamUrl(file.Url, aliases);
        var sha256 = file.Hashes.Sha256 ?? cached?.Sha256;
        var isCached = cached is not null && cached.Sha256 == sha256;
        var (uploadedAt, isFirstSeen) = dates.UploadedAt(file);
        return new Distribution
        {
            Name = name,
            Size = file.Size ?? (isCached ? cached!.Size : null),
            Sha256 = sha256,
            OtherHashes = file.Hashes with { Sha256 = null },
            // Offer metadata only if it can be served: to pip, a missing metadata file is an error.
            CoreMetadata = file.CoreMetadata.Sha256 ?? (isCached ? cached!.CoreMetadata : null),
            IsCached = isCached,
            RequiresPython = file.RequiresPython,
            UploadedAt = uploadedAt,
            IsDatedByFirstSight = isFirstSeen,
            Yanked = file.Yanked,
            YankedAt = dates.WhenYanked(file),
            AvailableSince = dates.AvailableSince(file),
            Location = file.Url,
            UpstreamUrl = upstreamUrl,
            IsLinkedAtUpstream = aliases is not null && upstreamUrl is not null,
            Provenance = IsWeb(file.Provenance) ? file.Provenance : null,
        };
    }
}
