using Microsoft.AspNetCore.Http;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Http;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>
/// The root of a server with several repositories: the list of those of which anyone may read something.
/// </summary>
/// <remarks>
/// It is the same for everybody. Credentials belong to one repository: trying them at each would be as many guesses at
/// users of the same name.
/// </remarks>
static class ServerPage
{
    /// <summary>The repositories that are listed at once.</summary>
    const int MaxRepositories = 200;

    /// <summary>Sends the page.</summary>
    public static async Task ShowAsync(HttpContext context, IReadOnlyCollection<RepositoryRegistration> repositories)
    {
        var readable = repositories.Where(each => RequestAccess.Anonymous(each).MayReadSome).ToList();
        var shown = new List<(RepositoryRegistration Repository, Catalog? Catalog)>();
        foreach (var repository in readable.Take(MaxRepositories))
            shown.Add((repository, await FindPublicCatalogAsync(context, repository)));
        var now = new PageContext(
            new RepositoryRequest(context, repositories.First()), RequestAccess.Anonymous(repositories.First())).Now;
        await HtmlPage.SendAsync(context, "PyRepo", () => Html.From($"""
            <h1>Repositories</h1>
            <p class="lead">Python packages, each repository at its own address</p>
            {Html.If(shown.Count == 0, $"""<p class="empty">There is no repository that everyone may read.</p>""")}
            <ul class="projects">{shown.Select(each => Card(each.Repository, each.Catalog, now))}</ul>
            {Html.If(readable.Count > shown.Count, $"<p>And {readable.Count - shown.Count} more.</p>")}
            <p class="muted">A repository that not everyone may read has its own address, where you can sign in.</p>
            """));
    }

    /// <summary>Returns a catalog that anyone may read as a whole: it lies in memory, and needs no decision on each name.
    /// </summary>
    static async ValueTask<Catalog?> FindPublicCatalogAsync(HttpContext context, RepositoryRegistration repository) =>
        repository.Unavailable is null
            && new RepositoryRequest(context, repository).IsPublic(null, repository.Members.Keys)
                ? await repository.Repository.GetCatalogAsync(context.RequestAborted)
                : null;

    static Html Card(RepositoryRegistration repository, Catalog? catalog, DateTimeOffset now) => Html.From($"""
        <li><a href="{repository.BasePath}">{repository.Name}</a>
        <span class="badge">{RepositoryKind.GetName(repository)}</span>
        {Html.If(
            repository.Unavailable is not null, $"""<span class="badge bad">{repository.Unavailable}</span>""")}
        {(catalog is null ? Html.Empty : Counts(catalog, now))}</li>

        """);

    static Html Counts(Catalog catalog, DateTimeOffset now)
    {
        var last = catalog.Entries.Select(entry => entry.NewestFileAt).Max();
        return Html.From($"""
            <p>{PageText.Count(catalog.Entries.Length, "project", "projects")}{(last is { } time
                ? Html.From($", last upload {PageText.Ago(time, now)}") : Html.Empty)}</p>
            """);
    }
}

/// <summary>The kinds of repositories, in words.</summary>
static class RepositoryKind
{
    /// <summary>Returns the name of the kind.</summary>
    public static string GetName(RepositoryRegistration repository) => repository switch
    {
        { Members.Count: > 0 } => "group",
        { HasUpstream: true } => "proxy",
        _ => "hosted",
    };

    /// <summary>Returns what such a repository is, in a sentence.</summary>
    public static string GetDescription(RepositoryRegistration repository) => repository switch
    {
        { Members.Count: > 0 } => "A group: several repositories of Python packages under one URL.",
        { HasUpstream: true } => "A proxy: it keeps what is installed from another index, and serves it.",
        _ => "A repository of Python packages.",
    };
}
