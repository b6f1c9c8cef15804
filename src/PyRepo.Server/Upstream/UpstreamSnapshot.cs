using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Server.Records;
using PyRepo.Server.Repositories;

namespace PyRepo.Server.Upstream;

/// <summary>Makes a snapshot of upstream's page, and of what is kept of its files.</summary>
static class UpstreamSnapshot
{
    /// <summary>The memory that each file of a snapshot takes, in bytes, about.</summary>
    public const int WeightOfFile = 2500;

    /// <summary>The snapshot. A file's location is the URL that upstream gives.</summary>
    /// <param name="project">The project.</param>
    /// <param name="page">Upstream's page.</param>
    /// <param name="kept">What is kept; it tells the hash of a file for which upstream gives none.</param>
    /// <param name="version">Distinguishes this page and what is kept from others.</param>
    public static ProjectSnapshot Of(ProjectName project, ProjectPage page, ProjectHistory? kept, string version)
    {
        var files = new List<Distribution>(page.Files.Count);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in page.Files)
        {
            // Upstream's page is untrusted: a name that is no distribution's, or stands there twice, is passed over.
            if (TryReadName(file, project, out var name) && IsFetchable(file) && names.Add(file.FileName))
                files.Add(ToDistribution(file, name, kept?.FindVisible(file.FileName)));
        }
        files.Sort(Distribution.PageOrder);
        return new ProjectSnapshot
        {
            Project = project,
            Version = version,
            Serial = page.LastSerial ?? 0,
            Status = page.Status,
            StatusReason = page.StatusReason,
            Files = [.. files.Select(f => new SnapshotFile(f))],
        };
    }

    /// <summary>The names of a list that are names of projects, each once and sorted.</summary>
    public static ImmutableArray<ProjectName> NamesOf(ProjectList list)
    {
        var names = new SortedSet<ProjectName>();
        foreach (var listed in list.Projects)
        {
            if (ProjectName.TryParse(listed.Name, out var name))
                names.Add(name);
        }
        return [.. names];
    }

    /// <summary>Reads the file name of a distribution of the project; false where it does not tell a version.</summary>
    public static bool TryReadName(PageFile file, ProjectName project, [NotNullWhen(true)] out DistributionFileName? name) =>
        DistributionFileName.TryParse(file.FileName, project, out name) && name.VersionText.Length > 0;

    static bool IsFetchable(PageFile file) =>
        Uri.TryCreate(file.Url, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp);

    static Distribution ToDistribution(PageFile file, DistributionFileName name, Distribution? kept)
    {
        var sha256 = file.Hashes.Sha256 ?? kept?.Sha256;
        var keptIsThis = kept is not null && kept.Sha256 == sha256;
        return new Distribution
        {
            Name = name,
            Size = file.Size ?? (keptIsThis ? kept!.Size : null),
            Sha256 = sha256,
            OtherHashes = file.Hashes with { Sha256 = null },
            // Only what can be served is offered: pip takes a missing metadata file for an error.
            CoreMetadata = file.CoreMetadata.Sha256 ?? (keptIsThis ? kept!.CoreMetadata : null),
            RequiresPython = file.RequiresPython,
            UploadedAt = file.UploadTime,
            Yanked = file.Yanked,
            Location = file.Url,
        };
    }
}
