using System.Collections.Frozen;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using PyRepo.Resources.Access;
using PyRepo.Server.Access;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Tests.Endpoints.Http;
using PyRepo.Server.Tests.Hosted;
using PyRepo.Server.Tests.Serving.Routing;

namespace PyRepo.Server.Tests.Endpoints.Api;

public sealed class TokensEndpointTests : IDisposable
{
    const string Path = "/team-a/api/v1/tokens";

    readonly HostedFolder _folder = new();
    readonly RepositoryRegistry _served = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_maintainer_gets_a_token_once_and_it_works()
    {
        await ServeAsync(Everything("alice"));
        var made = await SendAsync("POST", Path, "alice", """
            {"name":"ci","role":"Publisher","projects":["acme-*"],"expiresIn":"30d"}
            """);
        Assert.Equal(201, made.Response.StatusCode);
        Assert.Equal("no-store", made.Response.Headers.CacheControl);
        var token = JsonNode.Parse(RequestFor.GetBody(made))!;
        Assert.Equal(
            ("ci", "Publisher", "alice"), ((string?)token["name"], (string?)token["role"], (string?)token["owner"]));
        Assert.Equal(_folder.Clock.GetUtcNow().AddDays(30), (DateTimeOffset)token["expires"]!);
        // The page of a project is private, so the token must be right.
        Assert.Equal(404, (await GetAsync("/team-a/simple/acme-x/", (string)token["token"]!)).Response.StatusCode);
        Assert.Equal(403, (await GetAsync("/team-a/simple/other/", (string)token["token"]!)).Response.StatusCode);
        var listed = Assert.Single(await ListAsync("alice"));
        Assert.Equal((string)token["id"]!, (string?)listed["id"]);
        Assert.Null(listed["token"]);
        Assert.DoesNotContain("sha256", listed.ToJsonString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_revoked_token_is_refused_at_once()
    {
        await ServeAsync(Everything("alice"));
        var (id, token) = await MakeAsync("alice");
        Assert.Equal(404, (await GetAsync("/team-a/simple/acme-x/", token)).Response.StatusCode);
        Assert.Equal(204, (await SendAsync("DELETE", $"{Path}/{id}", "alice")).Response.StatusCode);
        Assert.Equal(401, (await GetAsync("/team-a/simple/acme-x/", token)).Response.StatusCode);
        Assert.Equal(404, (await SendAsync("DELETE", $"{Path}/{id}", "alice")).Response.StatusCode);
        Assert.Equal(404, (await SendAsync("DELETE", $"{Path}/unknown", "alice")).Response.StatusCode);
    }

    [Fact]
    public async Task A_token_cannot_create_list_or_revoke_tokens()
    {
        await ServeAsync(Everything("alice"));
        var (id, token) = await MakeAsync("alice", "Maintainer");
        (string, string)[] requests = [("POST", Path), ("GET", Path), ("DELETE", $"{Path}/{id}")];
        foreach (var (method, path) in requests)
        {
            var context = await SendAsync(method, path, "__token__", "{}", token);
            Assert.Equal(
                (403,
                    "Only users and ServiceAccounts can manage tokens: use a password instead of a token."),
                (context.Response.StatusCode, RequestFor.GetReason(context)));
        }
    }

    [Fact]
    public async Task An_anonymous_caller_must_log_in_even_where_anyone_maintains()
    {
        await ServeAsync(new Grant { To = [new Subject { Anyone = new() }], Role = Role.Maintainer });
        var context = await SendAsync("POST", Path, null, "{}");
        Assert.Equal(401, context.Response.StatusCode);
        Assert.NotEmpty(context.Response.Headers.WWWAuthenticate.ToString());
    }

    [Fact]
    public async Task A_maintainer_of_some_projects_sees_and_revokes_only_own_tokens()
    {
        await ServeAsync(Everything("alice"), Maintains("bob", "acme-*"), Maintains("carol", "other-*"));
        var (alices, _) = await MakeAsync("alice");
        var (bobs, _) = await MakeAsync("bob");
        var (carols, _) = await MakeAsync("carol");
        Assert.Equal([bobs], (await ListAsync("bob")).Select(token => (string)token["id"]!));
        Assert.Equal([carols], (await ListAsync("carol")).Select(token => (string)token["id"]!));
        Assert.Equal([alices, bobs, carols], (await ListAsync("alice")).Select(token => (string)token["id"]!));
        foreach (var id in (string[])[alices, carols])
        {
            var refused = await SendAsync("DELETE", $"{Path}/{id}", "bob");
            var unknown = await SendAsync("DELETE", $"{Path}/{new string('x', id.Length)}", "bob");
            Assert.Equal((404, 404), (refused.Response.StatusCode, unknown.Response.StatusCode));
            Assert.Equal(
                RequestFor.GetReason(unknown).Replace(new string('x', id.Length), id, StringComparison.Ordinal),
                RequestFor.GetReason(refused));
        }
        Assert.Equal(204, (await SendAsync("DELETE", $"{Path}/{bobs}", "bob")).Response.StatusCode);
        Assert.Equal(204, (await SendAsync("DELETE", $"{Path}/{carols}", "alice")).Response.StatusCode);
    }

    [Fact]
    public async Task A_token_for_all_projects_is_limited_to_the_projects_of_its_maintainer()
    {
        await ServeAsync(Maintains("bob", "acme-*"));
        var (_, token) = await MakeAsync("bob", "Maintainer");
        Assert.Equal(404, (await GetAsync("/team-a/simple/acme-x/", token)).Response.StatusCode);
        Assert.Equal(403, (await GetAsync("/team-a/simple/other/", token)).Response.StatusCode);
    }

    [Fact]
    public async Task An_expired_token_is_no_longer_listed()
    {
        await ServeAsync(Everything("alice"));
        var made = await SendAsync("POST", Path, "alice", """{"role":"Reader","expiresIn":"1h"}""");
        Assert.Equal(201, made.Response.StatusCode);
        Assert.Single(await ListAsync("alice"));
        _folder.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Empty(await ListAsync("alice"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("1")]
    [InlineData("""{"role":"Owner"}""")]
    [InlineData("{}")]
    [InlineData("""{"role":"Maintainer","project":["acme-*"]}""")]
    [InlineData("""{"role":"Reader","role":"Maintainer"}""")]
    [InlineData("""{"role":"publisher "}""")]
    [InlineData("""{"role":7}""")]
    [InlineData("""{"role":null}""")]
    [InlineData("""{"role":"Reader, Publisher"}""")]
    [InlineData("""{"role":"Reader","projects":"acme"}""")]
    [InlineData("""{"role":"Reader","projects":[]}""")]
    [InlineData("""{"role":"Reader","projects":[null]}""")]
    [InlineData("""{"role":"Reader","projects":["a b"]}""")]
    [InlineData("""{"role":"Reader","expiresIn":"forever"}""")]
    [InlineData("""{"role":"Reader","expiresIn":"367d"}""")]
    [InlineData("""{"role":"Reader","expiresIn":90}""")]
    [InlineData("""{"role":"Reader","name":"a\nb"}""")]
    [InlineData("""{"role":"Reader","name":"\ud800"}""")]
    public async Task An_invalid_token_request_is_400(string body)
    {
        await ServeAsync(Everything("alice"));
        Assert.Equal(400, (await SendAsync("POST", Path, "alice", body)).Response.StatusCode);
        Assert.Empty(await ListAsync("alice"));
    }

    [Fact]
    public async Task A_request_that_is_too_long_is_413()
    {
        await ServeAsync(Everything("alice"));
        var body = $$"""{"name":"{{new string('x', 70_000)}}"}""";
        Assert.Equal(413, (await SendAsync("POST", Path, "alice", body)).Response.StatusCode);
    }

    [Fact]
    public async Task Where_there_is_no_store_tokens_are_405()
    {
        await ServeAsync(Everything("alice"));
        _served.Replace([_served.All.Single() with { Tokens = null }], root: null);
        Assert.Equal(405, (await SendAsync("GET", Path, "alice")).Response.StatusCode);
    }

    static Grant Everything(string user) => new() { To = [new Subject { User = user }], Role = Role.Maintainer };

    static Grant Maintains(string user, string projects) => Everything(user) with { Projects = [projects] };

    async Task ServeAsync(params Grant[] grants)
    {
        var hosted = await _folder.OpenAsync();
        var store = new TokenStore(hosted.Store, _folder.Clock);
        var users = UserStore.Empty with
        {
            Passwords = ((string[])["alice", "bob", "carol"]).ToFrozenDictionary(user => user, _ => "secret"),
        };
        _served.Replace(
            [
                RequestFor.Repository() with
                {
                    Repository = hosted,
                    Hosted = hosted,
                    Tokens = store,
                    Access = new AccessPolicy(grants),
                    Authenticators =
                    [
                        new ApiTokenAuthenticator(users, store, _folder.Clock),
                        new PasswordVerifiers(_folder.Clock).For(users),
                    ],
                },
            ], root: null);
    }

    async Task<(string Id, string Token)> MakeAsync(string user, string role = "Reader")
    {
        var made = await SendAsync("POST", Path, user, $$"""{"role":"{{role}}"}""");
        Assert.Equal(201, made.Response.StatusCode);
        var token = JsonNode.Parse(RequestFor.GetBody(made))!;
        return ((string)token["id"]!, (string)token["token"]!);
    }

    async Task<List<JsonNode>> ListAsync(string user)
    {
        var context = await SendAsync("GET", Path, user);
        Assert.Equal(200, context.Response.StatusCode);
        return [.. JsonNode.Parse(RequestFor.GetBody(context))!.AsArray().Select(token => token!)];
    }

    Task<HttpContext> GetAsync(string path, string token) => SendAsync("GET", path, "__token__", password: token);

    async Task<HttpContext> SendAsync(
        string method, string path, string? user, string body = "", string password = "secret")
    {
        var context = RequestFor.Context(path);
        context.Request.Method = method;
        context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        if (user is not null)
        {
            context.Request.Headers.Authorization =
                $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"))}";
        }
        await AccessWorld.GetRouter(_served, new BurnedTokens(_folder.Clock), _folder.Clock).HandleAsync(context);
        return context;
    }
}
