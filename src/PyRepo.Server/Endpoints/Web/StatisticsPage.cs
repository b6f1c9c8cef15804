using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Http;

namespace PyRepo.Server.Endpoints.Web;

/// <summary><c>stats/</c>: how often what the caller may read was downloaded, as charts.</summary>
sealed class StatisticsPage(TimeProvider clock)
{
    /// <summary>Sends the page.</summary>
    public async Task ShowAsync(RepositoryRequest request)
    {
        var project = GetProject(request);
        var figures = await DownloadFigures.ReadAsync(
            request, project, DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime));
        var page = await PageContext.CreateAsync(request, isPublic: true);
        var of = project is { } one
            ? Html.From($" of <a href=\"{page.Root}project/{one.Value}/\">{one.Value}</a>")
            : Html.Empty;
        var path = project is { } named ? $"?project={named.Value}&" : "?";
        var title = project is { } each ? $"Downloads of {each.Value}" : "Downloads";
        await HtmlPage.SendAsync(page, title, () => Html.From($"""
            <h1>Downloads{of}</h1>
            {StatisticsView.Render(page, figures, path)}
            """));
    }

    /// <exception cref="RejectedException">400: the parameter is no name of a project.</exception>
    static ProjectName? GetProject(RepositoryRequest request)
    {
        if (request.Context.Request.Query["project"].ToString() is not { Length: > 0 } text)
            return null;
        return ProjectName.TryParse(text, out var project)
            ? project
            : throw new RejectedException(RejectionReason.Invalid, $"'{text}' is not the name of a project.");
    }
}
