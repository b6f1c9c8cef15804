using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using PyRepo.Server.Access;
using PyRepo.Server.Access.Jwt;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Endpoints.TrustedPublishing;
using PyRepo.Server.Endpoints.Uploads;
using PyRepo.Server.Tests.Access.Jwt;
using PyRepo.Server.Tests.Endpoints.Http;
using PyRepo.Server.Tests.Hosted;
using PyRepo.Server.Tests.Serving.Routing;

namespace PyRepo.Server.Tests.Endpoints.TrustedPublishing;

/// <summary>What PEP 807 says of the discovery of trusted publishing, and of the endpoints that it names.</summary>
public sealed class DiscoveryTests : IDisposable
{
    readonly HostedFolder _folder = new();
    readonly RepositoryRegistry _served = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("/a/", "a")]
    [InlineData("/a", "a")]
    [InlineData("/b/legacy/", "b")]
    [InlineData("http://localhost:8080/b/legacy", "b")]
    public async Task An_upload_path_leads_to_the_endpoints_of_its_repository(string path, string name)
    {
        ServeThree();
        var found = await DiscoverAsync(path);
        Assert.Equal(
            (200, DiscoveryEndpoint.ContentType, "no-store"),
            (found.Response.StatusCode, found.Response.ContentType, found.Response.Headers.CacheControl.ToString()));
        var folder = $"http://localhost:8080/{name}/_/oidc/";
        Assert.Equal(
            $$"""{"audience-endpoint":"{{folder}}audience","token-mint-endpoint":"{{folder}}mint-token"}""",
            RequestFor.GetBody(found));
    }

    [Theory]
    [InlineData("/none/")]
    [InlineData("/a/simple/")]
    [InlineData("/nobody/")]
    [InlineData("")]
    [InlineData("/legacy/")]
    public async Task Any_other_path_is_not_found(string path)
    {
        ServeThree();
        MustBeProblem(404, await DiscoverAsync(path));
    }

    [Fact]
    public async Task A_repository_at_the_root_is_found_there_and_below_its_path()
    {
        var only = Make("a", "audience-a") with { BasePath = "/team/", DeclaredOrigin = "https://pypi.example.com" };
        _served.Replace([only], only);
        foreach (var path in (string[])["", "/", "/legacy/", "/team/", "/team/legacy/"])
        {
            Assert.Contains(
                "\"https://pypi.example.com/team/_/oidc/audience\"", RequestFor.GetBody(await DiscoverAsync(path)),
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_request_without_a_path_or_for_another_type_is_a_problem()
    {
        ServeThree();
        MustBeProblem(400, await SendAsync(DiscoveryEndpoint.Path));
        MustBeProblem(406, await DiscoverAsync("/a/", "text/html"));
        MustBeProblem(406, await DiscoverAsync("/a/", $"{DiscoveryEndpoint.ContentType};q=0"));
        Assert.Equal(200, (await DiscoverAsync("/a/", "text/html, */*;q=0.1")).Response.StatusCode);
        Assert.Equal(200, (await DiscoverAsync("/a/", DiscoveryEndpoint.ContentType)).Response.StatusCode);
    }

    [Fact]
    public async Task Each_repository_has_its_own_audience_and_refuses_tokens_for_others()
    {
        ServeThree();
        Assert.Equal(
            """{"audience":"audience-b"}""", RequestFor.GetBody(await SendAsync("/b/_/oidc/audience")));
        MustBeProblem(403, await SendAsync("/nobody/_/oidc/audience"));
        var token = JwtSigner.Rsa.Sign(JwtSigner.Claims(_folder.Clock.GetUtcNow(), ("aud", "audience-b")));
        // The token is right where its audience is, although no grant names its claims.
        Assert.Equal("invalid-publisher", await RefusalAsync("/b/_/oidc/mint-token", token));
        Assert.Equal("invalid-token", await RefusalAsync("/a/_/oidc/mint-token", token));
        Assert.Equal("not-enabled", await RefusalAsync("/nobody/_/oidc/mint-token", token));
    }

    void ServeThree() =>
        _served.Replace([Make("a", "audience-a"), Make("b", "audience-b"), Make("nobody", null)], root: null);

    RepositoryRegistration Make(string name, string? audience)
    {
        var verifier = new JwtVerifier(JwtSigner.Issuer, new KnownSigningKeys(JwtSigner.Rsa.Keys()), _folder.Clock);
        return RequestFor.Repository() with
        {
            Name = name,
            BasePath = $"/{name}/",
            Uploads = new HostedUploadTarget(
                _folder.Repository, RepositoryRegistration.UsualMaxFileSize, _folder.Clock),
            Access = new AccessPolicy([]),
            Authenticators = audience is null
                ? [] : [new JwtAuthenticator([new("github", [audience], verifier)], _folder.Clock)],
        };
    }

    static void MustBeProblem(int status, HttpContext answer)
    {
        Assert.Equal((status, "application/problem+json"), (answer.Response.StatusCode, answer.Response.ContentType));
        var problem = JsonNode.Parse(RequestFor.GetBody(answer))!;
        Assert.Equal(status, (int)problem["status"]!);
        Assert.NotEmpty((string)problem["title"]!);
        Assert.NotEmpty((string)problem["detail"]!);
    }

    async Task<string?> RefusalAsync(string path, string token)
    {
        var answer = await SendAsync(path, body: new JsonObject { ["token"] = token }.ToJsonString());
        MustBeProblem(422, answer);
        return (string?)JsonNode.Parse(RequestFor.GetBody(answer))!["errors"]![0]!["code"];
    }

    Task<HttpContext> DiscoverAsync(string path, string? accept = null) =>
        SendAsync(DiscoveryEndpoint.Path, $"?discover={Uri.EscapeDataString(path)}", accept);

    async Task<HttpContext> SendAsync(string path, string query = "", string? accept = null, string? body = null)
    {
        var context = RequestFor.Context(path);
        context.Request.QueryString = new QueryString(query);
        if (accept is not null)
            context.Request.Headers.Accept = accept;
        if (body is not null)
        {
            context.Request.Method = "POST";
            context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        }
        var burned = new BurnedTokens(_folder.Clock);
        await AccessWorld.GetRouter(_served, burned, _folder.Clock).HandleAsync(context);
        return context;
    }
}
