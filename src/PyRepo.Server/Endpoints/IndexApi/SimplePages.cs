using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Rendering;
using PyRepo.Server.Platform.Caching;

namespace PyRepo.Server.Endpoints.IndexApi;

/// <summary>Renders the pages of the Simple API from a repository's data.</summary>
sealed class SimplePages(RenderedPageCache pages, MemoryBudget budget)
{
    /// <summary>The usual length of a name in a list, in bytes.</summary>
    const int LengthOfName = 100;

    /// <summary>The memory of what is known about a date, in bytes.</summary>
    const int WeightOfDate = 400;

    /// <summary>Which of a version's pages those of its dates are.</summary>
    readonly BudgetedCache<(PageKey Key, DateTimeOffset AsOf), (string Version, string Subject)> _dated = new(budget);

    /// <summary>Returns the page of a version of a project if it is rendered already, or null.</summary>
    public RenderedPage? FindProject(
        IRepository repository, ProjectName project, DateTimeOffset? asOf, string version, PageFormat format,
        bool gzip, Func<string> baseUrl)
    {
        var key = GetKey(repository, project.Value, format, gzip);
        if (asOf is not { } date)
            return pages.Find(key, version, baseUrl);
        return _dated.TryGet((key, date), out var dated) && dated.Version == version
            ? pages.Find(key with { Subject = dated.Subject }, version, baseUrl)
            : null;
    }

    /// <summary>Returns the page of a project, as of the date of its snapshot.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="snapshot">The project.</param>
    /// <param name="asOf">The date, or null for now.</param>
    /// <param name="format">The format.</param>
    /// <param name="gzip">Whether to compress the page.</param>
    /// <param name="baseUrl">The repository's URL for absolute links, which are those to provenance.</param>
    /// <param name="cancellationToken">Stops waiting for it.</param>
    public Task<RenderedPage> ProjectAsync(
        IRepository repository, ProjectSnapshot snapshot, DateTimeOffset? asOf, PageFormat format, bool gzip,
        Func<string> baseUrl, CancellationToken cancellationToken)
    {
        var key = GetKey(repository, snapshot.Project.Value, format, gzip);
        if (asOf is { } date)
        {
            // Many dates have the same page: strangers can think of any number of them.
            var subject = $"{snapshot.Project.Value}@{snapshot.FingerprintOfFiles()}";
            _dated.Set((key, date), (snapshot.Version, subject), WeightOfDate);
            key = key with { Subject = subject };
        }
        var content = ProjectContent.From(snapshot, GetContentType(format), format, isDated: asOf is not null);
        return pages.GetOrRenderAsync(key, snapshot.Version, content, baseUrl, cancellationToken);
    }

    /// <summary>Returns the page that lists projects.</summary>
    /// <param name="repository">The repository that the list belongs to.</param>
    /// <param name="names">The names to show.</param>
    /// <param name="serials">The projects' serials, or null if there are none.</param>
    /// <param name="version">
    /// The version of names and serials, or null if the list is specific to one caller and must not be cached.
    /// </param>
    /// <param name="format">The format.</param>
    /// <param name="gzip">Whether to compress the page.</param>
    /// <param name="cancellationToken">Stops waiting for it.</param>
    public Task<RenderedPage> ListAsync(
        IRepository repository, IReadOnlyList<ProjectName> names, ListSerials? serials, string? version,
        PageFormat format, bool gzip, CancellationToken cancellationToken)
    {
        var key = GetKey(repository, serials is null ? "" : "*", format, gzip);
        if (version is not null && pages.Find(key, version, () => "") is { } rendered)
            return Task.FromResult(rendered);
        // What a caller may not read counts neither here nor there.
        var last = serials is null ? null : names.Max(serials.Find);
        var content = new PageContent(GetContentType(format), writer =>
        {
            var list = new ProjectList
            {
                LastSerial = last,
                Projects = [.. names.Select(n => new ListedProject(n.Value, serials?.Find(n)))],
            };
            if (format is PageFormat.Json)
                SimpleJson.Write(writer, list);
            else
                SimpleHtml.Write(writer, list);
        })
        {
            Serial = last,
            Length = (long)LengthOfName * names.Count,
        };
        return version is null
            ? pages.RenderForOneAsync(key, content, cancellationToken)
            : pages.GetOrRenderAsync(key, version, content, () => "", cancellationToken);
    }

    static PageKey GetKey(IRepository repository, string subject, PageFormat format, bool gzip) =>
        new(repository, subject, GetName(format), gzip);

    static string GetName(PageFormat format) => format switch
    {
        PageFormat.Json => "json",
        PageFormat.Html => "html",
        _ => "text",
    };

    static string GetContentType(PageFormat format) => format switch
    {
        // Poetry compares the content type exactly, so it must have no charset.
        PageFormat.Json => "application/vnd.pypi.simple.v1+json",
        PageFormat.Html => "application/vnd.pypi.simple.v1+html",
        _ => "text/html; charset=utf-8",
    };
}
