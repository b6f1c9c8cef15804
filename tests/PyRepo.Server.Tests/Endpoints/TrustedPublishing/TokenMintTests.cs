using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using PyRepo.Resources.Access;
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

/// <summary>Trusted publishing, as uv and twine do it, without a network.</summary>
public sealed class TokenMintTests : IDisposable
{
    const string Mint = "/_/oidc/mint-token", Burn = "/_/oidc/burn-token";
    static readonly byte[] _key = [.. Enumerable.Repeat((byte)1, 32)];

    readonly HostedFolder _folder = new();
    readonly RepositoryRegistry _served = new();
    readonly JwtVerifier _verifier;
    readonly TokenMint _mint;
    readonly BurnedTokens _burned;

    public TokenMintTests()
    {
        _verifier = new(JwtSigner.Issuer, new KnownSigningKeys(JwtSigner.Rsa.Keys()), _folder.Clock);
        _mint = new TokenMint(_folder.Clock);
        _burned = new BurnedTokens(_folder.Clock);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_workflow_gets_a_token_that_uploads_what_the_grant_allows_and_no_more()
    {
        await ServeAsync();
        var minted = await SendAsync(Mint, Provider());
        Assert.Equal((200, "no-store"), (minted.Response.StatusCode, minted.Response.Headers.CacheControl.ToString()));
        var body = JsonNode.Parse(RequestFor.GetBody(minted))!;
        Assert.True((bool)body["success"]!);
        Assert.Equal(_folder.Clock.GetUtcNow().AddMinutes(15).ToUnixTimeSeconds(), (long)body["expires"]!);
        var token = (string)body["token"]!;
        Assert.Equal(404, await ReadAsync("acme-lib", token));
        Assert.Equal(403, await ReadAsync("other", token));
        _folder.Clock.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal(401, await ReadAsync("acme-lib", token));
    }

    [Fact]
    public async Task A_burned_token_ends_at_once_here_and_within_two_seconds_in_other_replicas()
    {
        await ServeAsync();
        var token = await MintAsync();
        var (here, replica) = (_served.All.Single(), await RegistrationAsync(burned: new BurnedTokens(_folder.Clock)));
        Assert.Equal(404, await ReadAsync("acme-lib", token));
        Assert.NotNull((await AuthenticateAsync(replica, token)).Caller);
        Assert.Equal(202, (await SendAsync(Burn, token)).Response.StatusCode);
        _served.Replace([here], root: null);
        Assert.Equal(401, await ReadAsync("acme-lib", token));
        _folder.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("The token was revoked by its user.", (await AuthenticateAsync(replica, token)).Failure);
        // The answer is the same for what is no token.
        Assert.Equal(202, (await SendAsync(Burn, token)).Response.StatusCode);
        Assert.Equal(202, (await SendAsync(Burn, "nonsense")).Response.StatusCode);
    }

    [Fact]
    public async Task A_providers_token_can_be_exchanged_once()
    {
        await ServeAsync();
        var token = Provider(("jti", "1"));
        Assert.Null(await RefusalAsync(token));
        Assert.Equal("invalid-reuse-token", await RefusalAsync(token));
        // The identifier counts, not the text.
        Assert.Equal("invalid-reuse-token", await RefusalAsync(Provider(("jti", "1"), ("x", "y"))));
        Assert.Null(await RefusalAsync(Provider(("jti", "2"))));
        var nameless = Provider();
        Assert.Null(await RefusalAsync(nameless));
        Assert.Equal("invalid-reuse-token", await RefusalAsync(nameless));
    }

    [Fact]
    public async Task A_refused_token_is_not_used_up()
    {
        await ServeAsync(Policy("acme/other"));
        var token = Provider(("jti", "1"));
        Assert.Equal("invalid-publisher", await RefusalAsync(token));
        await ServeAsync();
        Assert.Null(await RefusalAsync(token));
    }

    [Fact]
    public async Task A_caller_that_no_grant_names_gets_no_token()
    {
        await ServeAsync(new AccessPolicy(
        [
            new Grant { To = [new Subject { Anyone = new() }], Role = Role.Maintainer },
            new Grant { To = [new Subject { Authenticated = new() }], Role = Role.Maintainer },
        ]));
        Assert.Equal("invalid-publisher", await RefusalAsync(Provider()));
        await ServeAsync(Policy("acme/lib", provider: "gitlab"));
        Assert.Equal("invalid-publisher", await RefusalAsync(Provider()));
        await ServeAsync(Policy("Acme/lib"));
        Assert.Equal("invalid-publisher", await RefusalAsync(Provider()));
    }

    [Fact]
    public async Task A_token_that_is_not_valid_is_refused_with_PyPIs_body()
    {
        await ServeAsync();
        (string Token, string Reason)[] cases =
        [
            ("nonsense", "The token is not a signed JSON Web Token, or is too long."),
            (Provider(("iss", "https://other.example.com")),
                "The token is of an issuer that no repository here accepts."),
            (Provider(("aud", "other")), "The token is for another audience. Here it must be 'pyrepo'."),
            (Provider(("aud", null)), "The token is for another audience. Here it must be 'pyrepo'."),
            (Provider(("exp", 1)), "The token has expired."),
            (JwtSigner.WithRsa("rsa-1", 2048).Sign(JwtSigner.Claims(_folder.Clock.GetUtcNow())),
                "The token's signature is wrong."),
        ];
        foreach (var (token, reason) in cases)
        {
            var context = await SendAsync(Mint, token);
            Assert.Equal(422, context.Response.StatusCode);
            var body = JsonNode.Parse(RequestFor.GetBody(context))!;
            Assert.Equal("Token request failed", (string?)body["message"]);
            Assert.Equal(
                ("invalid-token", reason),
                ((string?)body["errors"]![0]!["code"], (string?)body["errors"]![0]!["description"]));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"token":null}""")]
    [InlineData("""{"token":1}""")]
    [InlineData("""{"token":"\ud800"}""")]
    public async Task A_body_without_a_token_is_422(string body)
    {
        await ServeAsync();
        foreach (var path in (string[])[Mint, Burn])
        {
            var context = await SendTextAsync(path, body);
            Assert.Equal(422, context.Response.StatusCode);
            Assert.Equal(
                "invalid-payload", (string?)JsonNode.Parse(RequestFor.GetBody(context))!["errors"]![0]!["code"]);
        }
        var tooLong = await SendTextAsync(Mint, $$"""{"token":"{{new string('x', 70_000)}}"}""");
        Assert.Equal(422, tooLong.Response.StatusCode);
    }

    [Fact]
    public async Task Without_providers_nothing_is_minted()
    {
        await ServeAsync(providers: []);
        Assert.Equal("not-enabled", await RefusalAsync(Provider()));
        Assert.Equal(403, (await SendTextAsync("/_/oidc/audience", "", "GET")).Response.StatusCode);
        var token = new MintedTokens(_key, null, _folder.Clock);
        Assert.True(JsonWebToken.TryParse(Provider(), out var parsed));
        Assert.Equal(401, await ReadAsync("acme-lib", token.Sign(parsed, new HashSet<string> { "repository" }).Text));
    }

    [Fact]
    public async Task The_audience_is_that_of_most_repositories_and_each_accepts_its_own()
    {
        var (a, b, c) = (await RegistrationAsync(), await RegistrationAsync(), await RegistrationAsync("audience-c"));
        _served.Replace([a with { Name = "a" }, b with { Name = "b" }, c with { Name = "c" }], root: null);
        var audience = await SendTextAsync("/_/oidc/audience", "", "GET");
        Assert.Equal("""{"audience":"pyrepo"}""", RequestFor.GetBody(audience));
        var refused = await SendAsync(Mint, Provider(("aud", "other")));
        var errors = JsonNode.Parse(RequestFor.GetBody(refused))!["errors"]!;
        Assert.Contains(
            "'pyrepo' or 'audience-c'", (string?)errors[0]!["description"], StringComparison.Ordinal);
        Assert.Null(await RefusalAsync(Provider(("aud", "audience-c"))));
        // A token for one repository is none for another.
        var token = await MintAsync(("aud", "audience-c"));
        Assert.NotNull((await AuthenticateAsync(c, token)).Caller);
        Assert.Null((await AuthenticateAsync(a, token)).Caller);
        var both = await MintAsync(("aud", new JsonArray("audience-c", "pyrepo")));
        Assert.NotNull((await AuthenticateAsync(c, both)).Caller);
        Assert.NotNull((await AuthenticateAsync(a, both)).Caller);
    }

    [Fact]
    public async Task Removing_a_provider_invalidates_its_tokens()
    {
        await ServeAsync();
        var token = await MintAsync();
        Assert.Equal(404, await ReadAsync("acme-lib", token));
        var another = new JwtVerifier("https://new.example.com", new ChangingKeys(), _folder.Clock);
        await ServeAsync(providers: [new("github", ["pyrepo"], another)]);
        Assert.Equal(401, await ReadAsync("acme-lib", token));
    }

    [Fact]
    public async Task Removing_a_grant_removes_the_rights_of_its_tokens()
    {
        await ServeAsync();
        var token = await MintAsync();
        await ServeAsync(Policy("acme/other"));
        Assert.Equal(403, await ReadAsync("acme-lib", token));
    }

    [Fact]
    public async Task Missing_keys_cause_503()
    {
        await ServeAsync();
        _served.Replace([_served.All.Single() with { MintedTokens = null }], root: null);
        var context = await SendAsync(Mint, Provider());
        Assert.Equal(503, context.Response.StatusCode);
        Assert.NotEmpty(context.Response.Headers.RetryAfter.ToString());
    }

    static AccessPolicy Policy(string repository, string provider = "github") => new(
    [
        new Grant
        {
            To =
            [
                new Subject
                {
                    Identity = new()
                    {
                        Provider = provider,
                        Claims = new(ImmutableSortedDictionary<string, string>.Empty.Add("repository", repository)),
                    },
                },
            ],
            Role = Role.Publisher,
            Projects = ["acme-*"],
        },
    ]);

    string Provider(params (string, JsonNode?)[] changes) =>
        JwtSigner.Rsa.Sign(JwtSigner.Claims(_folder.Clock.GetUtcNow(), changes));

    async Task ServeAsync(AccessPolicy? policy = null, ImmutableArray<TrustedIssuer>? providers = null)
    {
        var registration = await RegistrationAsync(providers: providers);
        _served.Replace([registration with { Access = policy ?? registration.Access }], root: null);
    }

    /// <summary>A registration with a token store of its own on the same folder, as another replica has it.</summary>
    async Task<RepositoryRegistration> RegistrationAsync(
        string audience = JwtSigner.Audience, ImmutableArray<TrustedIssuer>? providers = null,
        BurnedTokens? burned = null)
    {
        var hosted = await _folder.OpenAsync();
        var store = new TokenStore(hosted.Store, _folder.Clock);
        var jwt = new JwtAuthenticator(providers ?? [new("github", [audience], _verifier)], _folder.Clock);
        var minted = new MintedTokens(_key, null, _folder.Clock);
        return RequestFor.Repository() with
        {
            Repository = hosted,
            Hosted = hosted,
            Uploads = new HostedUploadTarget(
                hosted, RepositoryRegistration.UsualMaxFileSize, _folder.Clock),
            Tokens = store,
            MintedTokens = minted,
            Access = Policy("acme/lib"),
            Authenticators =
                [new MintedTokenAuthenticator(minted, jwt.Providers, burned ?? _burned, store), jwt],
        };
    }

    async Task<string> MintAsync(params (string, JsonNode?)[] changes)
    {
        var minted = await SendAsync(Mint, Provider([("jti", Guid.NewGuid().ToString()), .. changes]));
        Assert.Equal(200, minted.Response.StatusCode);
        return (string)JsonNode.Parse(RequestFor.GetBody(minted))!["token"]!;
    }

    /// <summary>Returns the code of a refusal, or null if there is a token.</summary>
    async Task<string?> RefusalAsync(string token) =>
        (string?)JsonNode.Parse(RequestFor.GetBody(await SendAsync(Mint, token)))!["errors"]?[0]!["code"];

    static async Task<AuthenticationResult> AuthenticateAsync(RepositoryRegistration registration, string token)
    {
        var credentials = new Credentials("__token__", token, null);
        return await registration.Authenticators.First(each => each.Accepts(credentials))
            .AuthenticateAsync(credentials, new LoginSource("", ""), default);
    }

    async Task<int> ReadAsync(string project, string token) =>
        (await SendTextAsync($"/team-a/simple/{project}/", "", "GET", token)).Response.StatusCode;

    Task<HttpContext> SendAsync(string path, string token) =>
        SendTextAsync(path, new JsonObject { ["token"] = token }.ToJsonString());

    async Task<HttpContext> SendTextAsync(string path, string body, string method = "POST", string? token = null)
    {
        var context = RequestFor.Context(path);
        context.Request.Method = method;
        context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        if (token is not null)
            context.Request.Headers.Authorization = $"Bearer {token}";
        await AccessWorld.GetRouter(_served, _burned, _folder.Clock, _mint).HandleAsync(context);
        return context;
    }
}
