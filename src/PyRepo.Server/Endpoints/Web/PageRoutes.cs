using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using PyRepo.Packaging.Names;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>The pages for people.</summary>
static class PageRoutes
{
    static readonly string[] _read = [HttpMethods.Get, HttpMethods.Head];

    static readonly string _version = $"{{version:maxlength({ServerLimits.MaxVersionLength})}}";

    /// <summary>Adds the pages.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods(
            "+assets/{hash:length(16)}/{name:maxlength(30)}", _read,
            (RepositoryRequest request, string hash, string name) =>
                PageAssets.SendAsync(request.Context, $"+assets/{hash}/{name}"))
            .ExcludeFromDescription();
        var pages = routes.MapGroup("").ExcludeFromDescription();
        pages.MapMethods("", _read, (RepositoryRequest request, FrontPage page) => page.ShowAsync(request));
        pages.MapMethods("search/", _read, (RepositoryRequest request) => SearchPage.ShowAsync(request));
        pages.MapMethods(
            "stats/", _read, (RepositoryRequest request, StatisticsPage page) => page.ShowAsync(request));
        pages.MapMethods(
            "downloads/", _read, (RepositoryRequest request, DownloadsPage page) => page.ShowAsync(request));
        MapProjects(pages);
        pages.MapMethods("upload/", _read, (RepositoryRequest request) => UploadPage.ShowAsync(request));
        pages.MapPost("upload/", (RepositoryRequest request, UploadPage page) => page.ReceiveAsync(request));
        pages.MapMethods("login/", _read, (RepositoryRequest request) => LoginPage.ShowAsync(request));
        pages.MapPost("login/", (RepositoryRequest request) => LoginPage.LogInAsync(request));
        pages.MapPost("logout/", (RepositoryRequest request) => LoginPage.LogOutAsync(request));
        pages.MapMethods("retention/", _read, (RepositoryRequest request) => RetentionPage.ShowAsync(request));
        pages.MapPost("retention/", (RepositoryRequest request) => RetentionPage.RunAsync(request));
        pages.MapMethods("tokens/", _read, (RepositoryRequest request, TokensPage page) => page.ShowAsync(request));
        pages.MapPost("tokens/", (RepositoryRequest request, TokensPage page) => page.ChangeAsync(request));
    }

    static void MapProjects(IEndpointRouteBuilder pages)
    {
        pages.MapMethods("project/", _read, (RepositoryRequest request) => ProjectListPage.ShowAsync(request));
        pages.MapMethods(
            "project/{project:project}/", _read,
            (RepositoryRequest request, ProjectName project, ProjectPage page) =>
                page.ShowAsync(request, project, version: null));
        pages.MapPost(
            "project/{project:project}/",
            (RepositoryRequest request, ProjectName project, ProjectPage page) => page.ChangeAsync(request, project));
        pages.MapMethods(
            $"project/{{project:project}}/{_version}/", _read,
            (RepositoryRequest request, ProjectName project, string version, ProjectPage page) =>
                page.ShowAsync(request, project, version));
    }
}
