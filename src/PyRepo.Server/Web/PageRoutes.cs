using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using PyRepo.Server.Http;

namespace PyRepo.Server.Web;

/// <summary>The pages for people.</summary>
static class PageRoutes
{
    static readonly string[] _read = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Adds the pages.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("").ExcludeFromDescription();
        pages.MapMethods("", _read, (RepositoryRequest request) => HomePage.ShowAsync(request));
        pages.MapMethods("tokens/", _read, (RepositoryRequest request, TokensPage page) => page.ShowAsync(request));
        pages.MapPost("tokens/", (RepositoryRequest request, TokensPage page) => page.ChangeAsync(request));
    }
}
