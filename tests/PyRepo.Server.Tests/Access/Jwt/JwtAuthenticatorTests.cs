using System.Text.Json.Nodes;
using PyRepo.Server.Access;
using PyRepo.Server.Access.Jwt;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Access.Jwt;

public sealed class JwtAuthenticatorTests
{
    const string Cluster = "https://kubernetes.default.svc";
    const string ClusterAudience = "pyrepo.dev/packages";

    readonly FakeClock _clock = new();

    [Fact]
    public async Task A_pod_is_its_ServiceAccount()
    {
        var result = await AuthenticateAsync(ServiceAccount());
        Assert.Equal(new Caller.ServiceAccount("ci", "builder"), result.Caller);
    }

    [Fact]
    public async Task A_workflow_is_the_identity_of_its_claims()
    {
        var result = await AuthenticateAsync(JwtSigner.Rsa.Sign(JwtSigner.Claims(_clock.GetUtcNow())));
        var identity = Assert.IsType<Caller.Identity>(result.Caller);
        Assert.Equal(["github"], identity.Providers);
        Assert.Equal("acme/lib", identity.Claims["repository"]);
        Assert.False(identity.IsAuthenticated);
    }

    [Fact]
    public async Task A_token_is_for_the_repositorys_audience()
    {
        JsonNode?[] wrong =
        [
            null, "other", "", new JsonArray(), new JsonArray("other", "pyrepo "), "PyRepo", "pyrepo,other",
            ClusterAudience,
        ];
        foreach (var audience in wrong)
        {
            var token = JwtSigner.Rsa.Sign(JwtSigner.Claims(_clock.GetUtcNow(), ("aud", audience)));
            var result = await AuthenticateAsync(token);
            Assert.Null(result.Caller);
            Assert.Equal("The token is for another audience. Here it must be 'pyrepo'.", result.Failure);
        }
        var several = new JsonArray("other", "pyrepo");
        var right = JwtSigner.Rsa.Sign(JwtSigner.Claims(_clock.GetUtcNow(), ("aud", several)));
        Assert.IsType<Caller.Identity>((await AuthenticateAsync(right)).Caller);
    }

    [Fact]
    public async Task A_ServiceAccount_token_for_the_API_server_is_refused() => Assert.Equal(
        $"The token is for another audience. Here it must be '{ClusterAudience}'.",
        (await AuthenticateAsync(ServiceAccount(("aud", Cluster)))).Failure);

    [Fact]
    public async Task A_ServiceAccount_token_is_accepted_for_24_hours()
    {
        var token = ServiceAccount(("exp", _clock.GetUtcNow().AddYears(1).ToUnixTimeSeconds()));
        _clock.Advance(TimeSpan.FromHours(24));
        Assert.NotNull((await AuthenticateAsync(token)).Caller);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(
            "The ServiceAccount token is older than 24 hours.", (await AuthenticateAsync(token)).Failure);
        Assert.Equal(
            "The ServiceAccount token is older than 24 hours.",
            (await AuthenticateAsync(ServiceAccount(("iat", null)))).Failure);
    }

    [Fact]
    public async Task The_claims_of_a_ServiceAccount_must_agree()
    {
        (string, JsonNode?)[] changes =
        [
            ("kubernetes.io", null),
            ("kubernetes.io", "ci"),
            ("kubernetes.io", new JsonObject()),
            ("kubernetes.io", Names("other", "builder")),
            ("kubernetes.io", Names("ci", "other")),
            ("kubernetes.io", Names("CI", "builder")),
            ("kubernetes.io", Names(1, "builder")),
            ("sub", "system:serviceaccount:ci:builder:x"),
            ("sub", "system:serviceaccount:ci"),
            ("sub", "system:serviceaccount::builder"),
            ("sub", "System:serviceaccount:ci:builder"),
            ("sub", "system:node:ci:builder"),
            ("sub", "builder"),
            ("sub", null),
        ];
        foreach (var change in changes)
        {
            var result = await AuthenticateAsync(ServiceAccount(change));
            Assert.Equal((null, "The token is not of a ServiceAccount."), (result.Caller, result.Failure));
        }
    }

    [Fact]
    public async Task A_provider_makes_no_ServiceAccounts()
    {
        var claims = JwtSigner.ServiceAccountClaims(_clock.GetUtcNow(), "ci", "builder");
        var identity = Assert.IsType<Caller.Identity>((await AuthenticateAsync(JwtSigner.Rsa.Sign(claims))).Caller);
        Assert.False(identity.IsAuthenticated);
        // Nor by the cluster's name, or with its audience.
        foreach (var (name, value) in ((string, JsonNode)[])[("iss", Cluster), ("aud", ClusterAudience)])
        {
            claims = JwtSigner.ServiceAccountClaims(_clock.GetUtcNow(), "ci", "builder", (name, value));
            Assert.Null((await AuthenticateAsync(JwtSigner.Rsa.Sign(claims))).Caller);
        }
    }

    [Fact]
    public async Task The_clusters_key_signs_for_no_provider()
    {
        var token = JwtSigner.Ec.Sign(JwtSigner.Claims(_clock.GetUtcNow()));
        Assert.Null((await AuthenticateAsync(token)).Caller);
    }

    [Fact]
    public async Task One_issuer_may_be_several_providers_by_its_audience()
    {
        var verifier = new JwtVerifier(JwtSigner.Issuer, new KnownSigningKeys(JwtSigner.Rsa.Keys()), _clock);
        var both = new JwtAuthenticator(
            [new("first", ["a", "both"], verifier), new("second", ["b", "both"], verifier)], _clock);
        (string Audience, string[] Providers)[] expected =
            [("a", ["first"]), ("b", ["second"]), ("both", ["first", "second"])];
        foreach (var (audience, providers) in expected)
        {
            var token = JwtSigner.Rsa.Sign(JwtSigner.Claims(_clock.GetUtcNow(), ("aud", audience)));
            var identity = Assert.IsType<Caller.Identity>((await AuthenticateAsync(token, both)).Caller);
            Assert.Equal(providers, identity.Providers.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void A_token_of_an_unknown_issuer_is_left_to_others()
    {
        var token = JwtSigner.Rsa.Sign(JwtSigner.Claims(_clock.GetUtcNow(), ("iss", JwtSigner.Issuer + "/")));
        Assert.False(Authenticator().Accepts(Credentials.Parse($"Bearer {token}")!));
        Assert.False(Authenticator().Accepts(Credentials.Parse("Bearer x")!));
    }

    static JsonObject Names(JsonNode ns, string name) => new()
    {
        ["namespace"] = ns,
        ["serviceaccount"] = new JsonObject { ["name"] = name },
    };

    string ServiceAccount(params (string, JsonNode?)[] changes) => JwtSigner.Ec.Sign(JwtSigner.ServiceAccountClaims(
        _clock.GetUtcNow(), "ci", "builder", [("iss", Cluster), ("aud", ClusterAudience), .. changes]));

    JwtAuthenticator Authenticator() => new(
        [
            new(null, [ClusterAudience], new(Cluster, new KnownSigningKeys(JwtSigner.Ec.Keys()), _clock)),
            new("github", [JwtSigner.Audience],
                new(JwtSigner.Issuer, new KnownSigningKeys(JwtSigner.Rsa.Keys()), _clock)),
        ], _clock);

    async Task<AuthenticationResult> AuthenticateAsync(string token, JwtAuthenticator? authenticator = null)
    {
        authenticator ??= Authenticator();
        var credentials = Credentials.Parse($"Bearer {token}")!;
        Assert.True(authenticator.Accepts(credentials));
        return await authenticator.AuthenticateAsync(credentials, new LoginSource("", ""), default);
    }
}
