using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using Microsoft.AspNetCore.Http;
using PyRepo.Resources.Access;
using PyRepo.Resources.Grouped;
using PyRepo.Server.Access;
using PyRepo.Server.Access.Jwt;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Endpoints.Uploads;
using PyRepo.Server.Groups;
using PyRepo.Server.Tests.Access.Jwt;
using PyRepo.Server.Tests.Endpoints.Http;
using PyRepo.Server.Tests.Endpoints.Uploads;
using PyRepo.Server.Tests.Hosted;
using PyRepo.Server.Tests.Serving.Routing;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Groups;

/// <summary>
/// The group <c>all</c> of a private member with the project <c>secret</c> and of a public one. What the member does
/// not allow, the group does not give away, to whomever it knows.
/// </summary>
public sealed class GroupCallersTests : IDisposable
{
    const string Wheel = "secret-1.0-py3-none-any.whl";
    static readonly byte[] _key = [.. Enumerable.Repeat((byte)1, 32)];

    static readonly string[] _paths =
    [
        "simple/secret/", $"packages/secret/{Wheel}", $"packages/secret/{Wheel}.metadata", "pypi/secret/json",
        "pypi/secret/1.0/json",
    ];

    readonly HostedFolder _private = new();
    readonly HostedFolder _public = new();
    readonly RepositoryRegistry _served = new();
    readonly JwtSigner _github = JwtSigner.Rsa;
    readonly JwtSigner _cluster = JwtSigner.Ec;

    FakeClock Clock => _private.Clock;

    public void Dispose()
    {
        _private.Dispose();
        _public.Dispose();
    }

    [Theory]
    [InlineData(Resolution.FirstMatch)]
    [InlineData(Resolution.Merge)]
    public async Task A_user_known_only_to_the_group_gets_nothing_from_a_private_member(Resolution resolution)
    {
        // The member's grants name them all, but its own alice, its own provider and its own pods.
        var member = Registration("private", new UserStore(FrozenDictionary<string, string>.Empty,
            FrozenDictionary<string, FrozenSet<string>>.Empty, false), [], Everybody(Role.Maintainer));
        var declared = NewApiToken.Create("ci", Role.Maintainer, null, null, Clock.GetUtcNow(), out _)!;
        var users = UserStore.Single("alice", "secret") with
        {
            Groups = new Dictionary<string, FrozenSet<string>> { ["alice"] = ((string[])["team"]).ToFrozenSet() }
                .ToFrozenDictionary(),
            Tokens = DeclaredTokens.Read(DeclaredTokens.GetLine(declared.Token), out _),
        };
        await ServeAsync(resolution, member, Registration("all", users, Issuers(), AccessPolicy.LeftToMembers));
        string?[] callers =
        [
            Basic("alice", "secret"), $"Bearer {Workflow()}", $"Bearer {Pod()}", $"Bearer {Minted()}",
            Basic("__token__", declared.Text.Reveal()),
        ];
        foreach (var caller in callers)
            await AssertSeesNothingAsync(caller, 403);
        await AssertSeesNothingAsync(null, 401);
        // Who is wrong everywhere is told so, and nobody's name becomes a public one.
        foreach (var path in _paths)
            Assert.Equal(401, (await SendAsync("GET", path, Basic("alice", "wrong"))).Response.StatusCode);
        foreach (var caller in callers)
            Assert.Equal(403, (await UploadAsync(caller)).Response.StatusCode);
    }

    [Theory]
    [InlineData(Resolution.FirstMatch)]
    [InlineData(Resolution.Merge)]
    public async Task A_user_known_only_to_the_member_gets_what_it_allows_if_the_group_has_no_access_rules(
        Resolution resolution)
    {
        await ServeAsync(
            resolution, Registration("private", Alice(), Issuers(), Everybody(Role.Reader)),
            Registration("all", UserStore.Empty, [], AccessPolicy.LeftToMembers));
        foreach (var caller in (string[])[Basic("alice", "secret"), $"Bearer {Workflow()}", $"Bearer {Pod()}",
            $"Bearer {Minted()}"])
        {
            await AssertSeesAllAsync(caller);
            Assert.Equal(403, (await UploadAsync(caller)).Response.StatusCode);
            Assert.Equal(
                403, (await SendAsync("DELETE", $"api/v1/projects/secret/files/{Wheel}", caller)).Response.StatusCode);
        }
    }

    [Fact]
    public async Task A_group_for_authenticated_callers_admits_users_and_pods_of_members_but_no_identities()
    {
        await ServeAsync(
            Resolution.FirstMatch, Registration("private", Alice(), Issuers(), Everybody(Role.Maintainer)),
            Registration("all", UserStore.Empty, [], new AccessPolicy(
                [new Grant { To = [new Subject { Authenticated = new() }], Role = Role.Maintainer }])));
        await AssertSeesAllAsync(Basic("alice", "secret"));
        await AssertSeesAllAsync($"Bearer {Pod()}");
        foreach (var caller in (string[])[$"Bearer {Workflow()}", $"Bearer {Minted()}"])
        {
            foreach (var path in _paths)
                Assert.Equal(403, (await SendAsync("GET", path, caller)).Response.StatusCode);
            Assert.Equal(403, (await SendAsync("GET", "simple/", caller)).Response.StatusCode);
            Assert.Equal(403, (await UploadAsync(caller)).Response.StatusCode);
        }
    }

    [Fact]
    public async Task Names_in_the_grants_of_a_group_refer_to_the_group_and_not_to_its_members()
    {
        // The group's grants name alice, the workflow and the pod, but only the member knows them.
        await ServeAsync(
            Resolution.FirstMatch, Registration("private", Alice(), Issuers(), Everybody(Role.Maintainer)),
            Registration("all", UserStore.Empty, [], Everybody(Role.Maintainer)));
        foreach (var caller in (string[])[Basic("alice", "secret"), $"Bearer {Workflow()}", $"Bearer {Pod()}",
            $"Bearer {Minted()}"])
        {
            foreach (var path in _paths)
                Assert.Equal(403, (await SendAsync("GET", path, caller)).Response.StatusCode);
            Assert.Equal(403, (await UploadAsync(caller)).Response.StatusCode);
        }
    }

    [Fact]
    public async Task A_provider_of_the_same_name_in_the_group_is_a_different_provider()
    {
        var stranger = JwtSigner.WithRsa("rsa-1", 2048);
        var groups = new TrustedIssuer("github", [JwtSigner.Audience], new JwtVerifier(
            "https://stranger.example.com", new KnownSigningKeys(stranger.Keys()), Clock));
        await ServeAsync(
            Resolution.FirstMatch, Registration("private", Alice(), Issuers(), Everybody(Role.Reader)),
            Registration("all", UserStore.Empty, [groups], AccessPolicy.LeftToMembers));
        var claims = JwtSigner.Claims(Clock.GetUtcNow(), ("iss", "https://stranger.example.com"));
        await AssertSeesNothingAsync($"Bearer {stranger.Sign(claims)}", 403);
    }

    [Fact]
    public async Task A_members_token_works_through_the_group_with_no_additional_rights()
    {
        var member = Registration("private", Alice(), [], new AccessPolicy(
        [
            new Grant { To = [new Subject { User = "alice" }], Role = Role.Publisher, Projects = ["secret", "new"] },
        ]));
        await ServeAsync(
            Resolution.FirstMatch, member, Registration("all", UserStore.Empty, [], AccessPolicy.LeftToMembers));
        var (reader, _) = await TokenAsync(member, Role.Reader, null);
        await AssertSeesAllAsync(reader);
        Assert.Equal(403, (await UploadAsync(reader)).Response.StatusCode);
        var (elsewhere, _) = await TokenAsync(member, Role.Maintainer, ["other"]);
        await AssertSeesNothingAsync(elsewhere, 403);
        Assert.Equal(403, (await UploadAsync(elsewhere)).Response.StatusCode);
        // The token is wider than its owner.
        var (wide, id) = await TokenAsync(member, Role.Maintainer, null);
        await AssertSeesAllAsync(wide);
        Assert.Equal(200, (await UploadAsync(wide)).Response.StatusCode);
        Assert.Equal(
            403, (await SendAsync("DELETE", $"api/v1/projects/secret/files/{Wheel}", wide)).Response.StatusCode);
        Assert.True(await member.Tokens!.RemoveAsync(id, default));
        Assert.Equal(401, (await SendAsync("GET", "simple/secret/", wide)).Response.StatusCode);
    }

    [Fact]
    public async Task A_group_sends_those_who_want_tokens_to_its_members()
    {
        await ServeAsync(
            Resolution.FirstMatch, Registration("private", Alice(), Issuers(), Everybody(Role.Maintainer)),
            Registration("all", UserStore.Empty, [], AccessPolicy.LeftToMembers));
        foreach (var caller in (string[])[Basic("alice", "secret"), $"Bearer {Pod()}"])
        {
            var context = await SendAsync("POST", "api/v1/tokens", caller);
            Assert.Equal(
                (405, "'all' keeps no tokens. Ask one of its members for them."),
                (context.Response.StatusCode, RequestFor.GetReason(context)));
        }
        Assert.Equal(401, (await SendAsync("POST", "api/v1/tokens", null)).Response.StatusCode);
    }

    [Fact]
    public async Task A_members_token_is_limited_in_a_group_that_allows_its_owner_everything()
    {
        var member = Registration("private", Alice(), [], Everybody(Role.Maintainer));
        await ServeAsync(
            Resolution.FirstMatch, member, Registration("all", Alice(), [], Everybody(Role.Maintainer)));
        await AssertSeesAllAsync(Basic("alice", "secret"));
        // Only the member has the token, so it is not of the group's alice, whom the group's grants name.
        var (token, _) = await TokenAsync(member, Role.Maintainer, null);
        foreach (var path in _paths)
            Assert.Equal(403, (await SendAsync("GET", path, token)).Response.StatusCode);
    }

    static UserStore Alice() => UserStore.Single("alice", "secret");

    /// <summary>A role for alice, her group, the pod and the workflow.</summary>
    static AccessPolicy Everybody(Role role) => new(
        [
            new Grant
            {
                To =
                [
                    new Subject { User = "alice" },
                    new Subject { Group = "team" },
                    new Subject { ServiceAccount = new() { Namespace = "ci", Name = "builder" } },
                    new Subject
                    {
                        Identity = new()
                        {
                            Provider = "github",
                            Claims = new(ImmutableSortedDictionary<string, string>.Empty.Add("repository", "acme/lib")),
                        },
                    },
                ],
                Role = role,
            },
        ]);

    static string Basic(string user, string password) =>
        $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"))}";

    ImmutableArray<TrustedIssuer> Issuers() =>
    [
        new(null, [JwtSigner.Audience],
            new("https://kubernetes.default.svc", new KnownSigningKeys(_cluster.Keys()), Clock)),
        new("github", [JwtSigner.Audience], new(JwtSigner.Issuer, new KnownSigningKeys(_github.Keys()), Clock)),
    ];

    string Workflow() => _github.Sign(JwtSigner.Claims(Clock.GetUtcNow()));

    string Pod() => _cluster.Sign(JwtSigner.ServiceAccountClaims(
        Clock.GetUtcNow(), "ci", "builder", ("iss", "https://kubernetes.default.svc")));

    string Minted()
    {
        Assert.True(JsonWebToken.TryParse(Workflow(), out var token));
        return new MintedTokens(_key, null, Clock).Sign(token, new HashSet<string> { "repository" }).Text;
    }

    /// <summary>A registration with the authenticators that a resource's access would give it.</summary>
    RepositoryRegistration Registration(
        string name, UserStore users, ImmutableArray<TrustedIssuer> issuers, AccessPolicy policy)
    {
        var store = name == "all" ? null : new TokenStore(_private.Repository.Store, Clock);
        var jwt = new JwtAuthenticator(issuers, Clock);
        var minted = new MintedTokens(_key, null, Clock);
        return RequestFor.Repository(name) with
        {
            Access = policy,
            Tokens = store,
            Authenticators =
            [
                new MintedTokenAuthenticator(minted, jwt.Providers, new BurnedTokens(Clock), store),
                new ApiTokenAuthenticator(users, store, Clock),
                jwt,
                new PasswordVerifiers(Clock).For(users),
            ],
        };
    }

    async Task ServeAsync(Resolution resolution, RepositoryRegistration member, RepositoryRegistration group)
    {
        var (hidden, open) = (await _private.OpenAsync(), await _public.OpenAsync());
        await _private.AddWheelAsync("secret", "1.0");
        await _public.AddWheelAsync("secret", "0.1");
        await _public.AddWheelAsync("known", "1.0");
        var shown = RequestFor.Repository("public") with { Repository = open, Authenticators = [] };
        var members = new[] { member with { Repository = hidden, Hosted = hidden }, shown };
        _served.Replace(
            [
                group with
                {
                    Repository = new GroupRepository(
                        [new("private", hidden, IsProxy: false), new("public", open, IsProxy: false)], resolution, []),
                    Members = members.ToFrozenDictionary(each => each.Name),
                    Hosted = hidden,
                    Uploads = new HostedUploadTarget(hidden, RepositoryRegistration.UsualMaxFileSize, Clock),
                    UploadsThrough = ["private"],
                },
            ], root: null);
    }

    async Task AssertSeesNothingAsync(string? caller, int status)
    {
        foreach (var path in _paths)
            Assert.Equal((path, status), (path, (await SendAsync("GET", path, caller)).Response.StatusCode));
        Assert.Equal(200, (await SendAsync("GET", "simple/known/", caller)).Response.StatusCode);
        var list = await SendAsync("GET", "simple/", caller);
        Assert.Equal(200, list.Response.StatusCode);
        Assert.DoesNotContain("secret", RequestFor.GetBody(list), StringComparison.Ordinal);
        Assert.Contains("known", RequestFor.GetBody(list), StringComparison.Ordinal);
    }

    async Task AssertSeesAllAsync(string caller)
    {
        foreach (var path in _paths)
        {
            var context = await SendAsync("GET", path, caller);
            Assert.Equal((path, 200), (path, context.Response.StatusCode));
            Assert.DoesNotContain("public", context.Response.Headers.CacheControl.ToString(), StringComparison.Ordinal);
        }
        Assert.Contains(
            "secret", RequestFor.GetBody(await SendAsync("GET", "simple/", caller)), StringComparison.Ordinal);
    }

    async Task<(string Authorization, string Id)> TokenAsync(
        RepositoryRegistration member, Role role, string[]? projects)
    {
        var made = NewApiToken.Create("ci", role, projects, null, Clock.GetUtcNow(), out _)!;
        Assert.True(await member.Tokens!.AddAsync(made.Token with { User = "alice" }, default));
        return (Basic("__token__", made.Text.Reveal()), made.Token.Id);
    }

    Task<HttpContext> UploadAsync(string? caller) => SendAsync("POST", "", caller, new FormBody()
        .Field(":action", "file_upload").Field("protocol_version", "1").Field("name", "new").Field("version", "1.0")
        .File("content", WheelFile.Make("new", "1.0"), WheelFile.GetName("new", "1.0")));

    async Task<HttpContext> SendAsync(string method, string path, string? caller, FormBody? form = null)
    {
        var context = RequestFor.Context($"/all/{path}");
        context.Request.Method = method;
        if (form is not null)
        {
            context.Request.ContentType = form.ToRequest().ContentType;
            context.Request.Body = new MemoryStream(form.ToArray());
        }
        if (caller is not null)
            context.Request.Headers.Authorization = caller;
        await AccessWorld.GetRouter(_served, new BurnedTokens(Clock), Clock).HandleAsync(context);
        return context;
    }
}
