using Microsoft.AspNetCore.Http;
using PyRepo.Server.Access;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Serving.Routing;
using PyRepo.Server.Tests.Endpoints.Http;
using PyRepo.Server.Tests.Hosted;

namespace PyRepo.Server.Tests.Serving.Routing;

public sealed class RequestRouterTests : IDisposable
{
    readonly HostedFolder _folder = new();
    readonly RepositoryRegistry _served = new();
    readonly RequestRouter _edge;

    public RequestRouterTests() =>
        _edge = AccessWorld.GetRouter(_served, new BurnedTokens(TimeProvider.System), TimeProvider.System);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("/team-a", "/team-a/")]
    [InlineData("/team-a/simple", "/team-a/simple/")]
    [InlineData("/team-a/simple/Foo", "/team-a/simple/foo/")]
    [InlineData("/team-a/pypi/Foo/1.0+l/json", "/team-a/pypi/foo/1.0%2Bl/json")]
    public async Task Another_spelling_of_a_path_redirects_temporarily(string path, string location)
    {
        var context = await HandleAsync("GET", path);
        Assert.Equal((302, location), (context.Response.StatusCode, context.Response.Headers.Location.ToString()));
        Assert.Equal("no-store", context.Response.Headers.CacheControl);
    }

    [Theory]
    [InlineData("/team-a/Foo.Bar/", "/team-a/simple/foo-bar/")]
    [InlineData("/team-a/foo/", "/team-a/simple/foo/")]
    public async Task A_client_that_installs_from_the_base_path_is_redirected_to_the_page(string path, string location)
    {
        var context = await HandleAsync("GET", path);
        Assert.Equal((302, location), (context.Response.StatusCode, context.Response.Headers.Location.ToString()));
        Assert.Equal(404, (await HandleAsync("POST", path)).Response.StatusCode);
    }

    [Theory]
    [InlineData("/team-a/simple/")]
    [InlineData("/team-a/simple")]
    [InlineData("/team-a/simple/foo/")]
    public async Task An_upload_to_the_index_is_answered_with_the_right_URL(string path)
    {
        var context = await HandleAsync("POST", path);
        Assert.Equal(
            (405, $"Upload to http://localhost:8080/team-a/ instead. POST is not allowed at '{path}'."),
            (context.Response.StatusCode, RequestFor.GetReason(context)));
    }

    [Theory]
    [InlineData("/python", "/python/")]
    [InlineData("/simple", "/python/simple/")]
    [InlineData("/python/simple", "/python/simple/")]
    public async Task A_repository_that_is_served_alone_redirects_below_its_own_path(string path, string location)
    {
        var context = await HandleAsync("GET", path, "/python/");
        Assert.Equal((302, location), (context.Response.StatusCode, context.Response.Headers.Location.ToString()));
    }

    [Theory]
    [InlineData("GET", "/", 200)]
    [InlineData("GET", "/team-a/", 200)]
    [InlineData("HEAD", "/team-a/simple/", 200)]
    [InlineData("GET", "/team-b/", 404)]
    [InlineData("GET", "/team-a/nowhere", 404)]
    [InlineData("GET", "/team-a/simple/foo/", 404)]
    [InlineData("POST", "/team-a/simple/", 405)]
    [InlineData("DELETE", "/team-a/", 405)]
    [InlineData("GET", "/team-a/legacy/", 405)]
    [InlineData("GET", "/team-a/api/v1/projects/foo/files/x", 405)]
    [InlineData("GET", "/team-a/search/", 200)]
    [InlineData("GET", "/team-a/project/", 200)]
    [InlineData("GET", "/team-a/project/-/", 404)]
    [InlineData("GET", "/+assets/0000000000000000/pyrepo.css", 404)]
    [InlineData("GET", "/team-a/packages/", 404)]
    [InlineData("GET", "/team-a/@2026-01-01/", 404)]
    [InlineData("OPTIONS", "", 404)]
    public async Task Every_request_gets_a_response(string method, string path, int status) =>
        Assert.Equal(status, (await HandleAsync(method, path)).Response.StatusCode);

    [Theory]
    [InlineData("/team-a")]
    [InlineData("/team-a/")]
    [InlineData("/team-a/legacy")]
    [InlineData("/team-a/legacy/")]
    public async Task An_upload_is_accepted_at_each_upload_path_and_never_redirected(string path)
    {
        // The request has no password, so this status shows that it was recognized as an upload.
        Assert.Equal(401, (await HandleAsync("POST", path)).Response.StatusCode);
        var alone = await HandleAsync("POST", path.Replace("team-a", "python", StringComparison.Ordinal), "/python/");
        Assert.Equal(401, alone.Response.StatusCode);
    }

    [Fact]
    public async Task A_declared_repository_that_is_not_served_is_unavailable_and_never_not_found()
    {
        _served.Replace([RequestFor.Repository() with { Unavailable = "is suspended" }], root: null);
        var context = RequestFor.Context("/team-a/simple/foo/");
        await _edge.HandleAsync(context);
        Assert.Equal((503, "'team-a' is suspended."), (context.Response.StatusCode, RequestFor.GetReason(context)));
    }

    async Task<HttpContext> HandleAsync(string method, string path, string? root = null)
    {
        var hosted = await _folder.OpenAsync();
        var repository = RequestFor.Repository() with { Repository = hosted, Hosted = hosted };
        if (root is not null)
            repository = repository with { BasePath = root };
        _served.Replace([repository], root is null ? null : repository);
        var context = RequestFor.Context();
        context.Request.Method = method;
        context.Request.Path = new PathString(path);
        await _edge.HandleAsync(context);
        return context;
    }
}
