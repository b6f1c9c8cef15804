using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Downloads;
using PyRepo.Resources.Access;
using PyRepo.Server.Access;
using PyRepo.Server.Access.Jwt;
using PyRepo.Server.Content.Statistics;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Endpoints.TrustedPublishing;
using PyRepo.Server.Endpoints.Uploads;
using PyRepo.Server.Hosted.Retention;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Serving.Routing;
using PyRepo.Server.Tests.Access.Jwt;
using PyRepo.Server.Tests.Endpoints.Http;
using PyRepo.Server.Tests.Endpoints.Uploads;
using PyRepo.Server.Tests.Hosted;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Serving.Routing;

/// <summary>
/// A repository <c>team-a</c> with the project <c>acme-lib</c>, one caller with a role for some projects, and all that
/// stands between both.
/// </summary>
sealed class AccessWorld : IDisposable
{
    public const string Project = "acme-lib", UnknownProject = "acme-ghost", NewProject = "acme-new";
    const string OwnProjects = "acme-*", OtherProjects = "other-*", Audience = "packages/team-a";
    static readonly byte[] _key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    readonly HostedFolder _folder = new();
    readonly RepositoryRegistry _served = new();
    readonly (CallerKind Kind, Role Role, GrantScope Scope) _caller;
    readonly MemberTokens _members;
    readonly MintedTokens _minted;
    RequestRouter _router = null!;
    string? _secret;

    AccessWorld(CallerKind kind, Role role, GrantScope scope)
    {
        _caller = (kind, role, scope);
        _members = new MemberTokens(_key, null, Clock);
        _minted = new MintedTokens(_key, null, Clock);
    }

    FakeClock Clock => _folder.Clock;

    string[] Projects => [_caller.Scope is GrantScope.Own ? OwnProjects : OtherProjects];

    public static async Task<AccessWorld> CreateAsync(CallerKind kind, Role role, GrantScope scope)
    {
        var world = new AccessWorld(kind, role, scope);
        await world.OpenAsync();
        return world;
    }

    public void Dispose() => _folder.Dispose();

    public async Task<HttpContext> SendAsync(
        string path, string method, RouteMethod? sent, string? accept = null)
    {
        var (below, query) = path.Split('?', 2) is [var before, var after] ? (before, $"?{after}") : (path, "");
        var context = RequestFor.Context(below.StartsWith('/') ? below : $"/team-a/{below}");
        context.Request.QueryString = new QueryString(query);
        context.Request.Method = method;
        if (sent?.Uploads is { } project)
        {
            var form = new FormBody().Field(":action", "file_upload").Field("protocol_version", "1")
                .Field("name", project).Field("version", "1.0")
                .File("content", WheelFile.Make(project, "1.0"), WheelFile.GetName(project, "1.0"));
            context.Request.ContentType = form.ToRequest().ContentType;
            context.Request.Body = new MemoryStream(form.ToArray());
        }
        else if (sent?.Body is { } body)
        {
            context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
            context.Request.ContentLength = body.Length;
        }
        if (accept is not null)
            context.Request.Headers.Accept = accept;
        var line = new RequestLine(method, $"{context.Request.Path}{query}");
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = line.Target;
        if (Authorization(sent, line) is { } authorization)
        {
            context.Request.Headers.Authorization = authorization;
            // The server of a group calls only the member.
            if (_caller is { Kind: CallerKind.MemberToken, Scope: not GrantScope.None }
                && line.Target.StartsWith("/team-a/", StringComparison.Ordinal))
                context.Request.Body = Signed(context.Request.Body, authorization["Bearer ".Length..]);
        }
        await _router.HandleAsync(context);
        return context;
    }

    async Task OpenAsync()
    {
        var hosted = await _folder.OpenAsync();
        await _folder.AddWheelAsync(Project, "1.0");
        var store = new TokenStore(_folder.Repository.Store, Clock);
        var users = await MakeTokensAsync(store);
        var jwt = new JwtAuthenticator(
            [
                new(null, ["pyrepo.dev/packages"], Verifier("https://kubernetes.default.svc", JwtSigner.Ec)),
                new("github", [JwtSigner.Audience], Verifier(JwtSigner.Issuer, JwtSigner.Rsa)),
            ], Clock);
        var burned = new BurnedTokens(Clock);
        var statistics = new DownloadStatistics(
            _folder.Repository.Store, "0", new MemoryBudget(1 << 20), Clock, NullLogger.Instance);
        var registration = RequestFor.Repository() with
        {
            Repository = hosted,
            Hosted = hosted,
            Uploads = new HostedUploadTarget(hosted, RepositoryRegistration.UsualMaxFileSize, Clock),
            Tokens = store,
            Statistics = statistics,
            DownloadLog = new DownloadLog(_folder.Repository.Store, "0", Clock, NullLogger.Instance),
            Retention = new RetentionRun(hosted, statistics, Clock, NullLogger.Instance),
            MintedTokens = _minted,
            Sessions = new SessionCookies(Audience, _key, null, Clock),
            Access = new AccessPolicy([.. Grants()], "packages"),
            Authenticators =
            [
                new MemberTokenAuthenticator(_members, Audience, burned),
                new MintedTokenAuthenticator(_minted, jwt.Providers, burned, store),
                new ApiTokenAuthenticator(users, store, Clock),
                jwt,
                new PasswordVerifiers(Clock).For(users),
            ],
        };
        _served.Replace([registration], root: null);
        _router = GetRouter(_served, burned, Clock);
    }

    public static RequestRouter GetRouter(
        RepositoryRegistry served, BurnedTokens burned, TimeProvider clock, TokenMint? mint = null)
    {
        var services = new ServiceCollection();
        services.AddLogging().AddSingleton(new DiagnosticListener("test")).AddSingleton(clock).AddSingleton(served)
            .AddSingleton(burned).AddSingleton(mint ?? new TokenMint(clock))
            .AddSingleton(new MemoryBudget(1 << 20))
            .AddSingleton<IHostEnvironment>(new HostingEnvironment { ApplicationName = "PyRepo.Server" });
        RequestServices.Add(services);
        return services.BuildServiceProvider().GetRequiredService<RequestRouter>();
    }

    /// <summary>The methods and patterns of all endpoints.</summary>
    public static IEnumerable<string> Endpoints() =>
        from endpoint in Map(GetServices())
        from method in endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods
        select $"{method} {endpoint.RoutePattern.RawText!.TrimStart('/')}";

    /// <summary>The services of endpoints that are mapped, but not called.</summary>
    public static IServiceProvider GetServices()
    {
        var services = new ServiceCollection();
        services.AddLogging().AddSingleton(new DiagnosticListener("test")).AddSingleton(TimeProvider.System);
        RequestServices.Add(services);
        return services.BuildServiceProvider();
    }

    /// <summary>All endpoints.</summary>
    public static IReadOnlyList<RouteEndpoint> Map(IServiceProvider services)
    {
        var app = new ApplicationBuilder(services);
        app.UseRouting();
        var found = new List<Endpoint>();
        app.UseEndpoints(routes =>
        {
            RepositoryEndpoints.Map(routes);
            found.AddRange(routes.DataSources.SelectMany(source => source.Endpoints));
        });
        return [.. found.OfType<RouteEndpoint>()];
    }

    JwtVerifier Verifier(string issuer, JwtSigner signer) =>
        new(issuer, new KnownSigningKeys(signer.Keys()), Clock);

    /// <summary>What the policy says about the caller, or about whoever made the caller's token.</summary>
    IEnumerable<Grant> Grants()
    {
        var (kind, role, scope) = _caller;
        if (scope is GrantScope.None || kind is CallerKind.DeclaredToken or CallerKind.MemberToken)
            return [];
        if (kind is CallerKind.NarrowApiToken)
        {
            var owner = role is Role.Auditor ? Role.Auditor : Role.Maintainer;
            return [new Grant { To = [new Subject { User = "alice" }], Role = owner }];
        }
        var subject = kind switch
        {
            CallerKind.Anonymous or CallerKind.WrongPassword => new Subject { Anyone = new() },
            CallerKind.UserByGroup => new Subject { Group = "team" },
            CallerKind.ServiceAccount => new Subject { ServiceAccount = new() { Name = "builder" } },
            CallerKind.Identity or CallerKind.MintedToken => new Subject
            {
                Identity = new()
                {
                    Provider = "github",
                    Claims = new(ImmutableSortedDictionary<string, string>.Empty.Add("repository", "acme/lib")),
                },
            },
            _ => new Subject { User = "alice" },
        };
        return [new Grant { To = [subject], Role = role, Projects = [.. Projects] }];
    }

    /// <summary>Makes the caller's token, where it has one.</summary>
    async Task<UserStore> MakeTokensAsync(TokenStore store)
    {
        var (kind, role, scope) = _caller;
        var users = UserStore.Single("alice", "secret") with
        {
            Groups = new Dictionary<string, FrozenSet<string>> { ["alice"] = ((string[])["team"]).ToFrozenSet() }
                .ToFrozenDictionary(),
        };
        if (kind is not (CallerKind.NarrowApiToken or CallerKind.WideApiToken or CallerKind.DeclaredToken))
            return users;
        var isWide = kind is CallerKind.WideApiToken;
        var made = NewApiToken.Create(
            "ci", isWide && role is not Role.Auditor ? Role.Maintainer : role, isWide ? null : Projects, null,
            Clock.GetUtcNow(), out _)!;
        _secret = made.Text.Reveal();
        if (kind is not CallerKind.DeclaredToken)
            Assert.True(await store.AddAsync(made.Token with { User = "alice" }, default));
        else if (scope is not GrantScope.None)
            users = users with { Tokens = DeclaredTokens.Read(DeclaredTokens.GetLine(made.Token), out _) };
        return users;
    }

    /// <summary>The body, as the server of a group sends it.</summary>
    MemoryStream Signed(Stream body, string token)
    {
        var signed = new MemoryStream();
        body.CopyTo(signed);
        signed.Write(_members.SignBody(token, SHA256.HashData(signed.ToArray())));
        signed.Position = 0;
        return signed;
    }

    string? Authorization(RouteMethod? sent, RequestLine line)
    {
        var now = Clock.GetUtcNow();
        var identity = JwtSigner.Rsa.Sign(JwtSigner.Claims(now));
        return _caller.Kind switch
        {
            CallerKind.Anonymous => null,
            CallerKind.WrongPassword => Basic("alice", "wrong"),
            CallerKind.User or CallerKind.UserByGroup => Basic("alice", "secret"),
            CallerKind.ServiceAccount => Basic("__token__", JwtSigner.Ec.Sign(JwtSigner.ServiceAccountClaims(
                now, "packages", "builder",
                ("iss", "https://kubernetes.default.svc"), ("aud", "pyrepo.dev/packages")))),
            CallerKind.Identity => $"Bearer {identity}",
            CallerKind.MintedToken => Basic("__token__", Minted(identity)),
            CallerKind.MemberToken => $"Bearer {Member(sent, line)}",
            _ => Basic("__token__", _secret!),
        };
    }

    string Minted(string identity)
    {
        Assert.True(JsonWebToken.TryParse(identity, out var token));
        return _minted.Sign(token, new HashSet<string> { "repository" }).Text;
    }

    /// <summary>The token with which the server of a group would send this request.</summary>
    string Member(RouteMethod? sent, RequestLine line) => _members.SignRequest(
        _caller.Scope is GrantScope.None ? "packages/another" : Audience, "alice",
        _caller.Role switch
        {
            Role.Reader => AccessAction.Read,
            Role.Publisher => AccessAction.Upload,
            Role.Auditor => AccessAction.Audit,
            _ => sent?.Needs is AccessAction.FindToken ? AccessAction.FindToken : AccessAction.Maintain,
        },
        _caller.Scope is GrantScope.Own ? sent?.Project ?? MemberToken.AllProjects : "other-lib", line);

    static string Basic(string user, string password) =>
        $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"))}";
}
