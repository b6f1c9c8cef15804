using PyRepo.Resources.Access;
using PyRepo.Server.Access;
using PyRepo.Server.Http;
using PyRepo.Server.Tests.Http;
using PyRepo.Server.TrustedPublishing;

namespace PyRepo.Server.Tests.Routing;

/// <summary>Every route × every kind of caller × every role, with its own grant, another's and none.</summary>
public sealed class AccessTableTests
{
    const AccessAction Read = AccessAction.Read, Upload = AccessAction.Upload, Maintain = AccessAction.Maintain;

    const string Project = AccessWorld.Project, Unknown = AccessWorld.UnknownProject, New = AccessWorld.NewProject;

    const string Wheel = "acme_lib-1.0-py3-none-any.whl";

    static readonly string[] _methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

    /// <summary>What changes something comes last. A route without an entry fails.</summary>
    static readonly RouteEntry[] _table =
    [
        new(typeof(Route.Home), "",
            new RouteMethod("GET HEAD", Read, null, 200),
            new RouteMethod("POST", Upload, New, 200) { Uploads = New }),
        new(typeof(Route.Legacy), "legacy/", new RouteMethod("POST", Upload, Project, 200) { Uploads = Project }),
        new(typeof(Route.ProjectList), "simple/", new RouteMethod("GET HEAD", Read, null, 200)),
        new(typeof(Route.ProjectPage), $"simple/{Project}/", new RouteMethod("GET HEAD", Read, Project, 200)),
        new(typeof(Route.ProjectPage), $"simple/{Unknown}/", new RouteMethod("GET HEAD", Read, Unknown, 404)),
        new(typeof(Route.ProjectList), "@2026-01-31/simple/", new RouteMethod("GET HEAD", Read, null, 200)),
        new(typeof(Route.ProjectPage), $"@2100-01-31/simple/{Project}/", new RouteMethod("GET HEAD", Read, Project, 200)),
        new(typeof(Route.ProjectPage), $"@2000-01-31T00:00:00Z/simple/{Project}/",
            new RouteMethod("GET HEAD", Read, Project, 200)),
        new(typeof(Route.Why), $"api/v1/why/{Project}/1.0", new RouteMethod("GET HEAD", Read, Project, 200)),
        new(typeof(Route.Why), $"api/v1/why/{Unknown}/1.0", new RouteMethod("GET HEAD", Read, Unknown, 404)),
        new(typeof(Route.ProjectJson), $"pypi/{Project}/json", new RouteMethod("GET HEAD", Read, Project, 200)),
        new(typeof(Route.ProjectJson), $"pypi/{Project}/1.0/json", new RouteMethod("GET HEAD", Read, Project, 200)),
        new(typeof(Route.ProjectJson), $"pypi/{Project}/2.0/json", new RouteMethod("GET HEAD", Read, Project, 404)),
        new(typeof(Route.ProjectJson), $"pypi/{Unknown}/json", new RouteMethod("GET HEAD", Read, Unknown, 404)),
        new(typeof(Route.File), $"packages/{Project}/{Wheel}", new RouteMethod("GET HEAD", Read, Project, 200)),
        new(typeof(Route.File), $"packages/{Project}/{Wheel}.metadata",
            new RouteMethod("GET HEAD", Read, Project, 200)),
        new(typeof(Route.File), $"packages/{Project}/nothing.whl", new RouteMethod("GET HEAD", Read, Project, 404)),
        new(typeof(Route.File), $"packages/{Unknown}/{Wheel}", new RouteMethod("GET HEAD", Read, Unknown, 404)),
        new(typeof(Route.MisplacedPage), $"{Project}/", new RouteMethod("GET HEAD", null, null, 302))
        {
            Unsupported = 404,
        },
        new(typeof(Route.Redirect), "simple", new RouteMethod("GET HEAD", null, null, 302)),
        new(typeof(Route.Redirect), "simple/Acme.Lib/", new RouteMethod("GET HEAD", null, null, 302)),
        new(typeof(Route.NotFound), "nothing/here", new RouteMethod("GET HEAD", null, null, 404)) { Unsupported = 404 },
        new(typeof(Route.Statistics), "api/v1/statistics", new RouteMethod("GET HEAD", Read, null, 200)),
        new(typeof(Route.TokensPage), "tokens/",
            new RouteMethod("GET HEAD", Maintain, null, 200) { IsForPeople = true },
            new RouteMethod("POST", Maintain, null, 200) { IsForPeople = true, Body = "role=Reader" }),
        new(typeof(Route.ApiTokens), "api/v1/tokens",
            new RouteMethod("GET HEAD", Maintain, null, 200) { IsForPeople = true },
            new RouteMethod("POST", Maintain, null, 201) { IsForPeople = true, Body = """{"role":"Reader"}""" }),
        new(typeof(Route.ApiToken), "api/v1/tokens/abcdefghijkl",
            new RouteMethod("GET HEAD", Maintain, null, 404) { IsForGroups = true },
            new RouteMethod("DELETE", Maintain, null, 404) { IsForPeople = true }),
        new(typeof(HostRoute.OidcAudience), "/_/oidc/audience", new RouteMethod("GET HEAD", null, null, 200)),
        new(typeof(HostRoute.OidcMintToken), "/_/oidc/mint-token",
            new RouteMethod("POST", null, null, 422) { Body = """{"token":"x"}""" }),
        new(typeof(HostRoute.OidcMintToken), "/_/oidc/github/mint-token",
            new RouteMethod("POST", null, null, 422) { Body = "{}" }),
        new(typeof(HostRoute.OidcBurnToken), "/_/oidc/burn-token",
            new RouteMethod("POST", null, null, 202) { Body = """{"token":"x"}""" }),
        new(typeof(HostRoute.NotFound), "/_/oidc/nothing", new RouteMethod("GET", null, null, 404))
        {
            Unsupported = 404,
        },
        new(typeof(Route.ApiFile), $"api/v1/projects/{Unknown}/files/{Wheel}",
            new RouteMethod("DELETE", Maintain, Unknown, 404)),
        new(typeof(Route.ApiFile), $"api/v1/projects/{Project}/files/nothing.whl",
            new RouteMethod("DELETE", Maintain, Project, 404)),
        new(typeof(Route.ApiFile), $"api/v1/projects/{Project}/files/{Wheel}",
            new RouteMethod("DELETE", Maintain, Project, 204)),
    ];

    public static TheoryData<CallerKind, string, GrantScope> Callers()
    {
        var callers = new TheoryData<CallerKind, string, GrantScope>();
        foreach (var kind in Enum.GetValues<CallerKind>())
        {
            foreach (var role in Enum.GetNames<Role>())
            {
                foreach (var scope in Enum.GetValues<GrantScope>())
                    callers.Add(kind, role, scope);
            }
        }
        return callers;
    }

    [Fact]
    public void Each_route_is_in_the_table()
    {
        var routes = from parent in (Type[])[typeof(Route), typeof(HostRoute)]
                     from route in parent.GetNestedTypes()
                     where route.IsSubclassOf(parent)
                     select route;
        Assert.Empty(routes.Except(_table.Select(entry => entry.Route)));
    }

    [Fact]
    public void Each_sample_has_the_route_that_it_is_a_sample_of() => Assert.All(_table, entry => Assert.Equal(
        entry.Route,
        (entry.Path.StartsWith('/') ? (object)HostRoute.Parse(entry.Path) : Route.Parse(entry.Path)).GetType()));

    [Theory]
    [MemberData(nameof(Callers))]
    public async Task Each_route_answers_each_caller_as_the_table_says(CallerKind kind, string role, GrantScope scope)
    {
        var given = Enum.Parse<Role>(role);
        using var world = await AccessWorld.CreateAsync(kind, given, scope);
        var unexpected = new List<string>();
        foreach (var entry in _table)
        {
            foreach (var method in _methods)
            {
                var supported = entry.Methods.FirstOrDefault(each => each.Names.Split(' ').Contains(method));
                var expected = supported is null ? entry.Unsupported : StatusOf(supported, kind, given, scope);
                var context = await world.SendAsync(entry.Path, method, supported);
                if (context.Response.StatusCode != expected)
                {
                    unexpected.Add(
                        $"{method} {entry}: {context.Response.StatusCode} {RequestFor.ReasonOf(context)}, "
                        + $"but expected was {expected}");
                }
                if (context.Response.StatusCode == 401 && context.Response.Headers.WWWAuthenticate.Count == 0)
                    unexpected.Add($"{method} {entry}: clients are not asked for credentials");
            }
        }
        Assert.Empty(unexpected);
    }

    static int StatusOf(RouteMethod method, CallerKind kind, Role role, GrantScope scope)
    {
        if (method.Needs is not { } action)
            return method.Status;
        var isGranted = scope is GrantScope.Own || (scope is GrantScope.Other && method.Project is null);
        var isAllowed = isGranted && action <= role switch
        {
            Role.Reader => Read,
            Role.Publisher => Upload,
            _ => Maintain,
        };
        if (method.IsForGroups && isAllowed && kind is not CallerKind.WrongPassword)
            return kind is CallerKind.MemberToken ? method.Status : 403;
        return kind switch
        {
            CallerKind.Anonymous => isAllowed && !method.IsForPeople ? method.Status : 401,
            // Where anyone may read, wrong credentials are ignored. Lists are for anyone only if all projects are.
            CallerKind.WrongPassword => isAllowed && action is Read && method.Project is not null ? method.Status : 401,
            // These tokens exist only because they allow something.
            CallerKind.DeclaredToken or CallerKind.MemberToken when scope is GrantScope.None => 401,
            CallerKind.User or CallerKind.UserByGroup or CallerKind.ServiceAccount =>
                isAllowed ? method.Status : 403,
            _ => isAllowed && !method.IsForPeople ? method.Status : 403,
        };
    }
}
