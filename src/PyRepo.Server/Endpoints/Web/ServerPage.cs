using Microsoft.AspNetCore.Http;
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
    /// <summary>Sends the page.</summary>
    public static Task ShowAsync(HttpContext context, IReadOnlyCollection<RepositoryRegistration> repositories)
    {
        var readable = repositories.Where(each => RequestAccess.Anonymous(each).MayReadSome).ToList();
        return HtmlPage.SendAsync(context, "PyRepo", () => Html.From($"""
            <h1>Repositories</h1>
            <ul class="projects">{readable.Select(Row)}</ul>
            <p>A repository that not everyone may read has its own address, where you can sign in.</p>
            """));
    }

    static Html Row(RepositoryRegistration repository) => Html.From($"""
        <li><a href="{repository.BasePath}">{repository.Name}</a>
        {Html.If(
            repository.Unavailable is not null, $"""<span class="badge bad">{repository.Unavailable}</span>""")}</li>

        """);
}
