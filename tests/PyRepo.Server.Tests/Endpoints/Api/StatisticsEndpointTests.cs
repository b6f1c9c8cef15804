using System.Collections.Frozen;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using PyRepo.Resources.Access;
using PyRepo.Resources.Grouped;
using PyRepo.Server.Access;
using PyRepo.Server.Content.Statistics;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Groups;
using PyRepo.Server.Tests.Content.Statistics;
using PyRepo.Server.Tests.Endpoints.Http;
using PyRepo.Server.Tests.Serving.Routing;

namespace PyRepo.Server.Tests.Endpoints.Api;

public sealed class StatisticsEndpointTests : IDisposable
{
    static readonly AccessPolicy _partlyPublic = new(
    [
        new Grant { To = [new Subject { Anyone = new() }], Role = Role.Reader, Projects = ["open-*"] },
        new Grant { To = [new Subject { User = "alice" }], Role = Role.Maintainer },
    ]);

    static readonly AccessPolicy _alices =
        new([new Grant { To = [new Subject { User = "alice" }], Role = Role.Reader }]);

    readonly StatisticsFolder _team = new();
    readonly StatisticsFolder _public = new();
    readonly RepositoryRegistry _served = new();
    readonly string _alice = "Basic " + Convert.ToBase64String("alice:secret"u8);

    public void Dispose()
    {
        _team.Dispose();
        _public.Dispose();
    }

    [Fact]
    public async Task The_downloads_of_the_last_thirty_days_are_summed_by_project()
    {
        var statistics = _team.Start();
        Count(statistics, "old-1.0.tar.gz");
        _team.Clock.Advance(TimeSpan.FromDays(30));
        Count(statistics, "acme-1.0.tar.gz", 2);
        Count(statistics, "acme-1.1.tar.gz");
        Serve(Repository("team", statistics, AccessPolicy.Default));
        var context = await GetAsync("team", "");
        Assert.Equal("no-store", context.Response.Headers.CacheControl);
        Assert.Equal(
            """{"repository":"team","from":"2026-03-02","to":"2026-03-31","by":["project"],"downloads":3,"rows":[{"project":"acme","downloads":3}]}""",
            RequestFor.GetBody(context));
        var csv = await GetAsync("team", "?format=csv&by=version&project=ACME");
        Assert.Equal("text/csv; charset=utf-8; header=present", csv.Response.ContentType);
        Assert.Equal("version,downloads\r\n1.0,2\r\n1.1,1\r\n", RequestFor.GetBody(csv));
    }

    [Fact]
    public async Task Projects_that_the_caller_may_not_read_are_omitted()
    {
        Serve(Repository("team", Team(), _partlyPublic));
        Assert.Equal("open-a 1 = 1", await SumsAsync("team", null));
        Assert.Equal("closed 2, open-a 1 = 3", await SumsAsync("team", _alice));
        Assert.Equal(401, (await GetAsync("team", "?project=closed")).Response.StatusCode);
        Assert.Equal(200, (await GetAsync("team", "?project=closed", _alice)).Response.StatusCode);
        Assert.Equal(200, (await GetAsync("team", "?project=open-a")).Response.StatusCode);
    }

    [Fact]
    public async Task A_private_repository_shows_statistics_only_to_its_readers()
    {
        Serve(Repository("team", Team(), _alices));
        Assert.Equal(401, (await GetAsync("team", "")).Response.StatusCode);
        Assert.Equal(401, (await GetAsync("team", "?project=open-a")).Response.StatusCode);
        Assert.Equal("closed 2, open-a 1 = 3", await SumsAsync("team", _alice));
    }

    [Fact]
    public async Task A_group_has_the_sums_of_its_members_that_the_caller_may_read()
    {
        var statistics = _public.Start();
        Count(statistics, "open-a-1.0.tar.gz", 10, "open-a");
        Count(statistics, "closed-1.0.tar.gz", 100);
        ServeGroup(
            Repository("team", Team(), _partlyPublic), Repository("public", statistics, AccessPolicy.Default),
            RequestFor.Repository("elsewhere"));
        Assert.Equal("closed 100, open-a 11 = 111", await SumsAsync("all", null));
        Assert.Equal("closed 102, open-a 11 = 113", await SumsAsync("all", _alice));
        using var answer = JsonDocument.Parse(RequestFor.GetBody(await GetAsync("all", "")));
        Assert.Equal("""["elsewhere"]""", answer.RootElement.GetProperty("notCounted").GetRawText());
    }

    [Fact]
    public async Task A_group_within_the_group_decides_too_and_its_members_count_once()
    {
        var team = Repository("team", Team(), AccessPolicy.Default);
        var inner = GetGroup("inner", team) with { Access = _partlyPublic, Authenticators = team.Authenticators };
        ServeGroup(inner, team);
        Assert.Equal("open-a 1 = 1", await SumsAsync("all", null));
        Assert.Equal("closed 2, open-a 1 = 3", await SumsAsync("all", _alice));
        using var answer = JsonDocument.Parse(RequestFor.GetBody(await GetAsync("all", "")));
        Assert.False(answer.RootElement.TryGetProperty("notCounted", out _));
    }

    [Fact]
    public async Task An_invalid_query_is_400_and_a_store_that_is_not_open_is_503()
    {
        var statistics = Team();
        Serve(Repository("team", statistics, AccessPolicy.Default));
        Assert.Equal(400, (await GetAsync("team", "?from=yesterday")).Response.StatusCode);
        statistics.Waiting = () => "is opening";
        Assert.Equal(503, (await GetAsync("team", "")).Response.StatusCode);
    }

    DownloadStatistics Team()
    {
        var statistics = _team.Start();
        Count(statistics, "open-a-1.0.tar.gz", project: "open-a");
        Count(statistics, "closed-1.0.tar.gz", 2);
        return statistics;
    }

    static void Count(DownloadStatistics statistics, string file, int times = 1, string? project = null)
    {
        for (var i = 0; i < times; i++)
        {
            statistics.Count(
                Packaging.Names.ProjectName.Parse(project ?? file.Split('-')[0]), file, StatisticsFolder.Pip);
        }
    }

    static RepositoryRegistration Repository(string name, DownloadStatistics statistics, AccessPolicy access) =>
        RequestFor.Repository(name) with { Statistics = statistics, Access = access };

    void Serve(RepositoryRegistration repository) => _served.Replace([repository], root: null);

    void ServeGroup(params IReadOnlyList<RepositoryRegistration> members) => Serve(GetGroup("all", [.. members]));

    static RepositoryRegistration GetGroup(string name, params RepositoryRegistration[] members) =>
        RequestFor.Repository(name) with
        {
            Repository = new GroupRepository(
                [.. members.Select(m => new Member(m.Name, m.Repository, IsProxy: false))], Resolution.FirstMatch, []),
            Access = AccessPolicy.LeftToMembers,
            Authenticators = [],
            Members = members.Concat(members.SelectMany(m => m.Members.Values)).DistinctBy(m => m.Name)
                .ToFrozenDictionary(m => m.Name),
        };

    async Task<string> SumsAsync(string repository, string? caller)
    {
        using var answer = JsonDocument.Parse(RequestFor.GetBody(await GetAsync(repository, "", caller)));
        var rows = answer.RootElement.GetProperty("rows").EnumerateArray()
            .Select(row => $"{row.GetProperty("project").GetString()} {row.GetProperty("downloads").GetInt64()}")
            .Order(StringComparer.Ordinal);
        return $"{string.Join(", ", rows)} = {answer.RootElement.GetProperty("downloads").GetInt64()}";
    }

    async Task<HttpContext> GetAsync(string repository, string query, string? caller = null)
    {
        var context = RequestFor.Context($"/{repository}/api/v1/statistics");
        context.Request.QueryString = new QueryString(query);
        if (caller is not null)
            context.Request.Headers.Authorization = caller;
        await AccessWorld.GetRouter(_served, new BurnedTokens(_team.Clock), _team.Clock).HandleAsync(context);
        return context;
    }
}
