using PyRepo.Resources.Access;
using PyRepo.Server.Access;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Endpoints.Web;
using PyRepo.Server.Tests.Endpoints.Http;

namespace PyRepo.Server.Tests.Serving.Routing;

/// <summary>Every route × every kind of caller × every role, with its own grant, another's and none.</summary>
[Trait("Cost", "high")]
public sealed class AccessTableTests
{
    const AccessAction Read = AccessAction.Read, Upload = AccessAction.Upload,
        Maintain = AccessAction.Maintain, Audit = AccessAction.Audit;

    const string Project = AccessWorld.Project, Unknown = AccessWorld.UnknownProject, New = AccessWorld.NewProject;

    const string Wheel = "acme_lib-1.0-py3-none-any.whl";

    /// <summary>The route of paths at which there is nothing.</summary>
    const string Nothing = "nothing";

    /// <summary>The front page has an upload's path, so that its row is that of the route.</summary>
    static readonly string[] _ofHome = ["GET ", "HEAD "];

    static readonly string[] _methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

    /// <summary>What changes something comes last. A route without an entry fails.</summary>
    static readonly RouteEntry[] _table =
    [
        new(nameof(Route.Home), "",
            new RouteMethod("GET HEAD", Read, null, 200),
            new RouteMethod("POST", Upload, New, 200) { Uploads = New }),
        new(nameof(Route.Legacy), "legacy/", new RouteMethod("POST", Upload, Project, 200) { Uploads = Project }),
        new(nameof(Route.ProjectList), "simple/", new RouteMethod("GET HEAD", Read, null, 200)),
        new(nameof(Route.SimpleProject), $"simple/{Project}/", new RouteMethod("GET HEAD", Read, Project, 200)),
        new(nameof(Route.SimpleProject), $"simple/{Unknown}/", new RouteMethod("GET HEAD", Read, Unknown, 404)),
        new(nameof(Route.ProjectList), "@2026-01-31/simple/", new RouteMethod("GET HEAD", Read, null, 200)),
        new(nameof(Route.SimpleProject), $"@2100-01-31/simple/{Project}/",
            new RouteMethod("GET HEAD", Read, Project, 200)),
        new(nameof(Route.SimpleProject), $"@2000-01-31T00:00:00Z/simple/{Project}/",
            new RouteMethod("GET HEAD", Read, Project, 200)),
        new("api/v1/why/{project:project}/{version:maxlength(200)}", $"api/v1/why/{Project}/1.0",
            new RouteMethod("GET HEAD", Read, Project, 200)),
        new("api/v1/why/{project:project}/{version:maxlength(200)}", $"api/v1/why/{Unknown}/1.0",
            new RouteMethod("GET HEAD", Read, Unknown, 404)),
        new("integrity/{project:project}/{version:maxlength(200)}/{file:maxlength(255)}/provenance",
            $"integrity/{Project}/1.0/{Wheel}/provenance", new RouteMethod("GET HEAD", Read, Project, 404)),
        new(nameof(Route.ProjectJson), $"pypi/{Project}/json", new RouteMethod("GET HEAD", Read, Project, 200)),
        new(nameof(Route.ProjectJson), $"pypi/{Project}/1.0/json", new RouteMethod("GET HEAD", Read, Project, 200)),
        new(nameof(Route.ProjectJson), $"pypi/{Project}/2.0/json", new RouteMethod("GET HEAD", Read, Project, 404)),
        new(nameof(Route.ProjectJson), $"pypi/{Unknown}/json", new RouteMethod("GET HEAD", Read, Unknown, 404)),
        new(nameof(Route.File), $"packages/{Project}/{Wheel}", new RouteMethod("GET HEAD", Read, Project, 200)),
        new(nameof(Route.File), $"packages/{Project}/{Wheel}.metadata",
            new RouteMethod("GET HEAD", Read, Project, 200)),
        new(nameof(Route.File), $"packages/{Project}/nothing.whl", new RouteMethod("GET HEAD", Read, Project, 404)),
        new(nameof(Route.File), $"packages/{Unknown}/{Wheel}", new RouteMethod("GET HEAD", Read, Unknown, 404)),
        new(nameof(Route.Alias), $"files/example.com/a/{Wheel}", new RouteMethod("GET HEAD", Read, Project, 404)),
        new(nameof(Route.MisplacedPage), $"{Project}/", new RouteMethod("GET HEAD", null, null, 302))
        {
            Unsupported = 404,
        },
        new(nameof(Route.Redirect), "simple", new RouteMethod("GET HEAD", null, null, 302)),
        new(nameof(Route.Redirect), "simple/Acme.Lib/", new RouteMethod("GET HEAD", null, null, 302)),
        new(Nothing, "nothing/here", new RouteMethod("GET HEAD", null, null, 404)) { Unsupported = 404 },
        new("project/", "project/", new RouteMethod("GET HEAD", Read, null, 200)),
        new("stats/", "stats/", new RouteMethod("GET HEAD", Read, null, 200)),
        new("downloads/", "downloads/", new RouteMethod("GET HEAD", Audit, null, 200)),
        new("search/", "search/", new RouteMethod("GET HEAD", Read, null, 200)),
        new("project/{project:project}/", $"project/{Unknown}/",
            new RouteMethod("GET HEAD", Read, Unknown, 404),
            new RouteMethod("POST", Maintain, Unknown, 404) { Body = "action=unyank&version=1.0" }),
        new("project/{project:project}/", $"project/{Project}/",
            new RouteMethod("GET HEAD", Read, Project, 200),
            new RouteMethod("POST", Maintain, Project, 303) { Body = "action=unyank&version=1.0" }),
        new("project/{project:project}/{version:maxlength(200)}/", $"project/{Project}/1.0/",
            new RouteMethod("GET HEAD", Read, Project, 200)),
        new("upload/", "upload/",
            new RouteMethod("GET HEAD", Upload, null, 200),
            new RouteMethod("POST", Upload, New, 200) { Uploads = New }),
        new("login/", "login/",
            new RouteMethod("GET HEAD", null, null, 200),
            new RouteMethod("POST", null, null, 303) { Body = "user=alice&password=secret" }),
        new("logout/", "logout/", new RouteMethod("POST", null, null, 303)),
        new("+assets/{hash:length(16)}/{name:maxlength(30)}", PageAssets.Styles.Path,
            new RouteMethod("GET HEAD", null, null, 200)),
        new("api/v1/retention", "api/v1/retention", new RouteMethod("GET HEAD POST", Maintain, null, 200)),
        // The repository has no advisories. What it answers with some, OsvServiceTests say.
        new("osv/v1/query", "osv/v1/query", new RouteMethod("POST", null, null, 404) { Body = "{}" }),
        new("osv/v1/querybatch", "osv/v1/querybatch",
            new RouteMethod("POST", null, null, 404) { Body = "{}", StatusForGroups = 200 }),
        new("osv/v1/vulns/{id:maxlength(100)}", "osv/v1/vulns/ACME-1", new RouteMethod("GET HEAD", null, null, 404)),
        new("api/v1/policy/replay", "api/v1/policy/replay", new RouteMethod("POST", Maintain, null, 405)), // No proxy.
        new("api/v1/statistics", "api/v1/statistics", new RouteMethod("GET HEAD", Read, null, 200)),
        new("api/v1/downloads", "api/v1/downloads",
            new RouteMethod("GET HEAD", Audit, null, 400), // It names no project. EndToEnd/Downloads has those that do.
            // It is not about one project, and no caller here has a grant for all of them.
            new RouteMethod("DELETE", Audit, null, 403) { StatusForWholeGroups = 400 }),
        new(
            "retention/", "retention/", new RouteMethod("GET HEAD", Maintain, null, 200),
            new RouteMethod("POST", Maintain, null, 409)), // The form names no list.
        new("tokens/", "tokens/",
            new RouteMethod("GET HEAD", Maintain, null, 200) { IsForPeople = true },
            new RouteMethod("POST", Maintain, null, 303) { IsForPeople = true, Body = "role=Reader&expiresIn=1d" }),
        new("api/v1/tokens", "api/v1/tokens",
            new RouteMethod("GET HEAD", Maintain, null, 200) { IsForPeople = true },
            new RouteMethod("POST", Maintain, null, 201) { IsForPeople = true, Body = """{"role":"Reader"}""" }),
        new("api/v1/tokens/{id:maxlength(255)}", "api/v1/tokens/abcdefghijkl",
            new RouteMethod("GET HEAD", AccessAction.FindToken, null, 404),
            new RouteMethod("DELETE", Maintain, null, 404) { IsForPeople = true }),
        new("/api/v1/openapi.json", "api/v1/openapi.json", new RouteMethod("GET", null, null, 200)),
        new("/_/oidc/audience", "/_/oidc/audience", new RouteMethod("GET HEAD", null, null, 200)),
        new("/_/oidc/mint-token", "/_/oidc/mint-token",
            new RouteMethod("POST", null, null, 422) { Body = """{"token":"x"}""" }),
        new("/_/oidc/github/mint-token", "/_/oidc/github/mint-token",
            new RouteMethod("POST", null, null, 422) { Body = "{}" }),
        new("/_/oidc/burn-token", "/_/oidc/burn-token",
            new RouteMethod("POST", null, null, 202) { Body = """{"token":"x"}""" }),
        new("/.well-known/pytp", "/.well-known/pytp", new RouteMethod("GET HEAD", null, null, 400)),
        new(Nothing, "/_/oidc/nothing", new RouteMethod("GET", null, null, 404))
        {
            Unsupported = 404,
        },
        new("api/v1/projects/{project:project}/releases/{version:maxlength(200)}/yank",
            $"api/v1/projects/{Unknown}/releases/1.0/yank",
            new RouteMethod("PUT DELETE", Maintain, Unknown, 404)),
        new("api/v1/projects/{project:project}/releases/{version:maxlength(200)}/yank",
            $"api/v1/projects/{Project}/releases/1.0/yank",
            new RouteMethod("PUT", Maintain, Project, 204) { Body = """{"reason":"It is broken."}""" },
            new RouteMethod("DELETE", Maintain, Project, 204)),
        new("api/v1/projects/{project:project}/releases/{version:maxlength(200)}/promotion",
            $"api/v1/projects/{Project}/releases/1.0/promotion",
            new RouteMethod("POST", Maintain, Project, 404) { Body = """{"to":"nowhere"}""" }),
        new("api/v1/projects/{project:project}/releases/{version:maxlength(200)}/restoration",
            $"api/v1/projects/{Project}/releases/1.0/restoration", new RouteMethod("POST", Maintain, Project, 200)),
        new("api/v1/projects/{project:project}/restoration", $"api/v1/projects/{Project}/restoration",
            new RouteMethod("POST", Maintain, Project, 200) { Body = """{"asOf":"2026-01-01","dryRun":true}""" }),
        new("api/v1/projects/{project:project}/restoration", $"api/v1/projects/{Unknown}/restoration",
            new RouteMethod("POST", Maintain, Unknown, 404) { Body = """{"asOf":"2026-01-01","dryRun":true}""" }),
        new("api/v1/restoration", "api/v1/restoration",
            new RouteMethod("GET HEAD", Maintain, null, 400)), // It names no time.
        new("api/v1/projects/{project:project}/status", $"api/v1/projects/{Project}/status",
            new RouteMethod("PUT", Maintain, Project, 204) { Body = """{"status":"deprecated"}""" }),
        new("api/v1/projects/{project:project}/releases/{version:maxlength(200)}",
            $"api/v1/projects/{Project}/releases/2.0",
            new RouteMethod("DELETE", Maintain, Project, 404)),
        new("api/v1/projects/{project:project}", $"api/v1/projects/{Unknown}",
            new RouteMethod("DELETE", Maintain, Unknown, 404)),
        new("api/v1/projects/{project:project}/files/{file:maxlength(255)}", $"api/v1/projects/{Unknown}/files/{Wheel}",
            new RouteMethod("DELETE", Maintain, Unknown, 404)),
        new("api/v1/projects/{project:project}/files/{file:maxlength(255)}",
            $"api/v1/projects/{Project}/files/nothing.whl",
            new RouteMethod("DELETE", Maintain, Project, 404)),
        new("api/v1/projects/{project:project}/files/{file:maxlength(255)}", $"api/v1/projects/{Project}/files/{Wheel}",
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
        var routes = typeof(Route).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(Route)))
            .Select(type => type.Name).Where(name => name != nameof(Route.Endpoint));
        Assert.Empty(routes.Except(_table.Select(entry => entry.Route)));
    }

    [Fact]
    public void Each_method_of_each_endpoint_is_in_the_table()
    {
        var entries = from entry in _table
                      from method in entry.Methods
                      from name in method.Names.Split(' ')
                      select $"{name} {entry.Route.TrimStart('/')}";
        Assert.Empty(AccessWorld.Endpoints().Except([.. entries, .. _ofHome]));
    }

    /// <summary>Else it is taken for a project's: a client that uses the base path as its index is led to simple/.
    /// </summary>
    [Fact]
    public void The_first_segment_of_each_endpoint_is_reserved()
    {
        var segments = AccessWorld.Endpoints().Select(endpoint => endpoint.Split(' ')[1].Split('/')[0])
            .Where(segment => segment.Length > 0 && segment.All(char.IsAsciiLetter)).Distinct();
        Assert.All(segments, segment => Assert.IsType<Route.Endpoint>(Route.Parse($"{segment}/")));
    }

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
                var expected = supported is null ? entry.Unsupported : GetStatus(supported, kind, given, scope);
                var context = await world.SendAsync(entry.Path, method, supported);
                if (context.Response.StatusCode != expected)
                {
                    unexpected.Add(
                        $"{method} {entry}: {context.Response.StatusCode} {RequestFor.GetReason(context)}, "
                        + $"but expected was {expected}");
                }
                if (context.Response.StatusCode == 401 && context.Response.Headers.WWWAuthenticate.Count == 0)
                    unexpected.Add($"{method} {entry}: clients are not asked for credentials");
            }
        }
        Assert.Empty(unexpected);
    }

    static int GetStatus(RouteMethod method, CallerKind kind, Role role, GrantScope scope)
    {
        if (kind is CallerKind.MemberToken && scope is not GrantScope.None && method.StatusForGroups is { } forGroups)
            return forGroups;
        if (method.Needs is not { } action)
            return method.Status;
        var isGranted = scope is GrantScope.Own || (scope is GrantScope.Other && method.Project is null);
        // An Auditor reads the download log and nothing else, which nobody else reads.
        var isAllowed = isGranted && (action is Audit) == (role is Role.Auditor) && action <= role switch
        {
            Role.Reader => Read,
            Role.Publisher => Upload,
            Role.Maintainer => Maintain,
            _ => Audit,
        };
        // Only a token that says so looks up a token.
        isAllowed |= isGranted && action is AccessAction.FindToken && kind is CallerKind.MemberToken
            && role is Role.Maintainer;
        if (kind is CallerKind.MemberToken && scope is GrantScope.Own && isAllowed
            && method.StatusForWholeGroups is { } whole)
        {
            return whole;
        }
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
