using Microsoft.AspNetCore.Http;
using PyRepo.Server.Endpoints.Api;
using PyRepo.Server.Endpoints.Http;

namespace PyRepo.Server.Endpoints.Web;

/// <summary><c>downloads/</c>: an Auditor asks who downloaded a project.</summary>
sealed class DownloadsPage(DownloadsEndpoint downloads, TimeProvider clock)
{
    /// <summary>Sends the form and, if it was filled in, the answer.</summary>
    public async Task ShowAsync(RepositoryRequest request)
    {
        var page = await PageContext.CreateAsync(request);
        page.Access.RequireAudit();
        // An empty field of the form is a parameter without a value.
        var filled = request.Context.Request.Query.Where(field => field.Value.ToString().Length > 0).ToDictionary();
        var asked = filled.Count == 0
            ? null
            : DownloadsParameters.Read(new QueryCollection(filled), clock.GetUtcNow());
        var answer = asked is null ? null : await downloads.FindAsync(request, asked);
        await HtmlPage.SendAsync(page, "Download log", () => DownloadsView.Render(page, filled, answer));
    }
}
