using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Server.Rendering;
using PyRepo.Server.Repositories;

namespace PyRepo.Server.Simple;

/// <summary>Renders the pages of the Simple API from a repository's data.</summary>
sealed class SimplePages(PageCache pages)
{
    /// <summary>
    /// The longest list of projects that is kept in memory, in bytes. PyPI's would take the place of thousands of
    /// pages.
    /// </summary>
    const int MaxListInMemory = 1 << 20;

    readonly Lock _forOneCaller = new();

    /// <summary>
    /// Whether a project's page has absolute links, which are those to provenance. Only such a page is kept for each
    /// base URL.
    /// </summary>
    public static bool HasAbsoluteLinks(ProjectSnapshot snapshot) =>
        snapshot.Visible.Any(file => file.Provenance is not null);

    /// <summary>Returns the page of a version of a project if it is rendered already, or null.</summary>
    public RenderedPage? FindProject(
        IRepository repository, ProjectName project, DateTimeOffset? asOf, string version, PageFormat format,
        bool gzip, string? baseUrl = null) =>
        pages.Find(KeyOf(repository, SubjectOf(project, asOf), format, gzip) with { Base = baseUrl }, version);

    /// <summary>Returns the page of a project, as of the date of its snapshot.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="snapshot">The project.</param>
    /// <param name="asOf">The date, or null for now.</param>
    /// <param name="format">The format.</param>
    /// <param name="gzip">Whether to compress the page.</param>
    /// <param name="baseUrl">The repository's URL for absolute links, or null if there are none.</param>
    public RenderedPage Project(
        IRepository repository, ProjectSnapshot snapshot, DateTimeOffset? asOf, PageFormat format, bool gzip,
        string? baseUrl = null)
    {
        var key = KeyOf(repository, SubjectOf(snapshot.Project, asOf), format, gzip) with { Base = baseUrl };
        return pages.GetOrRender(key, snapshot.Version, () =>
        {
            var page = PageOf(snapshot, isDated: asOf is not null, baseUrl);
            return RenderedPage.Render(writer =>
            {
                if (format is PageFormat.Json)
                    SimpleJson.Write(writer, page);
                else
                    SimpleHtml.Write(writer, page);
            }, ContentTypeOf(format), gzip, snapshot.Serial);
        });
    }

    /// <summary>Returns the page that lists projects.</summary>
    /// <param name="repository">The repository that the list belongs to.</param>
    /// <param name="names">The names to show.</param>
    /// <param name="version">
    /// The version of the names, or null if the list is specific to one caller and must not be cached.
    /// </param>
    /// <param name="format">The format.</param>
    /// <param name="gzip">Whether to compress the page.</param>
    public RenderedPage List(
        IRepository repository, IReadOnlyList<ProjectName> names, string? version, PageFormat format, bool gzip)
    {
        RenderedPage Render() => RenderedPage.Render(writer =>
        {
            var list = new ProjectList { Projects = [.. names.Select(n => new ListedProject(n.Value))] };
            if (format is PageFormat.Json)
                SimpleJson.Write(writer, list);
            else
                SimpleHtml.Write(writer, list);
        }, ContentTypeOf(format), gzip, null);
        if (version is null)
        {
            // One at a time, as for a page that is cached: a list of a large index takes much memory.
            lock (_forOneCaller)
                return Render();
        }
        return pages.GetOrRender(KeyOf(repository, "", format, gzip), version, () => InFileIfLong(Render()));
    }

    static RenderedPage InFileIfLong(RenderedPage list)
    {
        if (list.Length <= MaxListInMemory)
            return list;
        try
        {
            return list.InFile();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return list; // Without a folder for temporary files, it takes memory.
        }
    }

    static PageKey KeyOf(IRepository repository, string subject, PageFormat format, bool gzip) =>
        new(repository, subject, NameOf(format), gzip);

    static string SubjectOf(ProjectName project, DateTimeOffset? asOf) =>
        asOf is { } date ? $"{project.Value}@{date.UtcTicks}" : project.Value;

    static string NameOf(PageFormat format) => format switch
    {
        PageFormat.Json => "json",
        PageFormat.Html => "html",
        _ => "text",
    };

    static string ContentTypeOf(PageFormat format) => format switch
    {
        // Poetry compares the content type exactly, so it must have no charset.
        PageFormat.Json => "application/vnd.pypi.simple.v1+json",
        PageFormat.Html => "application/vnd.pypi.simple.v1+html",
        _ => "text/html; charset=utf-8",
    };

    static ProjectPage PageOf(ProjectSnapshot snapshot, bool isDated, string? baseUrl)
    {
        var versions = new OrderedDictionary<string, bool>(StringComparer.Ordinal);
        var files = new List<PageFile>(snapshot.Files.Length);
        foreach (var file in snapshot.Visible)
        {
            // A version that cannot be parsed is shown as it is written.
            versions.TryAdd(file.Name.CanonicalVersion, true);
            files.Add(FileOf(file, isDated, baseUrl));
        }
        return new ProjectPage
        {
            Name = snapshot.Project.Value,
            Status = snapshot.Status,
            StatusReason = snapshot.StatusReason,
            Versions = [.. versions.Keys],
            Files = files,
            LastSerial = snapshot.Serial,
        };
    }

    static PageFile FileOf(Distribution file, bool isDated, string? baseUrl) => new()
    {
        FileName = file.Name.FileName,
        Url = isDated ? FileLinks.FromDatedPage(file) : FileLinks.FromProjectPage(file),
        Hashes = file.Sha256 is { } sha256 ? new FileHashes { Sha256 = sha256 } : file.OtherHashes,
        RequiresPython = file.RequiresPython,
        CoreMetadata =
            file.CoreMetadata is { } metadata ? MetadataAvailability.WithHash(metadata) : MetadataAvailability.None,
        Yanked = file.Yanked,
        Size = file.Size,
        UploadTime = file.UploadedAt,
        Provenance = file.Provenance is null ? null : baseUrl + FileLinks.ProvenanceFromBase(file.Name),
    };
}
