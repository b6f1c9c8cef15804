using Microsoft.AspNetCore.Http;
using PyRepo.Server.Hosting;

namespace PyRepo.Server.Web;

/// <summary>The root of a server with several repositories: their list.</summary>
static class ServerPage
{
    /// <summary>Sends the page.</summary>
    public static Task ShowAsync(HttpContext context, IReadOnlyCollection<RepositoryRegistration> repositories) =>
        HtmlPage.SendAsync(context, "PyRepo", () => Html.Of($"""
            <h1>Repositories</h1>
            <ul class="projects">{repositories.Select(Row)}</ul>
            """));

    static Html Row(RepositoryRegistration repository) => Html.Of($"""
        <li><a href="{repository.BasePath}">{repository.Name}</a>
        {Html.If(
            repository.Unavailable is not null, $"""<span class="badge bad">{repository.Unavailable}</span>""")}</li>

        """);
}
