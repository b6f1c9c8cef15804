using System.Collections.Frozen;
using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Egress;
using PyRepo.Packaging.Names;
using PyRepo.Server.Proxies.Upstream;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Proxies.Upstream;

public sealed class PageRedirectsTests
{
    static readonly ProjectName _demo = ProjectName.Parse("demo-app");
    readonly FakeClock _clock = new();
    int _readings;

    [Theory]
    [InlineData("https://index.example/simple/demo-app/", true)]
    [InlineData("https://index.example/simple/Demo_App", true)]
    [InlineData("https://index.example/simple/demo%2Dapp/index.html", true)]
    [InlineData("https://index.example/simple//demo-app/", true)]
    [InlineData("https://index.example/elsewhere/demo-app/", false)]
    [InlineData("https://index.example/simple/elsewhere/demo-app/", false)]
    [InlineData("https://index.example/demo-app/", false)]
    [InlineData("https://index.example/simple/demo-app/?token=1", true)]
    [InlineData("https://index.example/simple/other/", false)]
    [InlineData("https://index.example/simple/?next=demo-app", false)]
    [InlineData("https://index.example/demo-app/login", false)]
    [InlineData("https://index.example/demo-app/../login", false)]
    [InlineData("https://index.example/", false)]
    [InlineData("https://index.example/index.html", false)]
    [InlineData("https://index.example:8443/simple/demo-app/", false)]
    [InlineData("http://index.example/simple/demo-app/", false)]
    [InlineData("https://other.example/simple/demo-app/", false)]
    [InlineData("https://index.example.evil.example/simple/demo-app/", false)]
    [InlineData("https://index.example@evil.example/simple/demo-app/", false)]
    public void A_page_is_upstreams_if_it_is_the_projects_below_upstreams_own_URL(string target, bool isOwn) =>
        Assert.Equal(isOwn, Create("https://index.example/simple/").Includes(_demo, new Uri(target)));

    [Theory]
    [InlineData("http://index.example/simple/", "https://index.example/simple/demo-app/", true)]
    [InlineData("http://index.example/simple/", "https://www.index.example/simple/demo-app/", false)]
    [InlineData("http://index.example:8080/simple/", "https://index.example/simple/demo-app/", false)]
    [InlineData("http://index.example/simple/", "https://index.example:8443/simple/demo-app/", false)]
    public void Upstream_may_lead_to_itself_with_TLS(string upstream, string target, bool isOwn) =>
        Assert.Equal(isOwn, Create(upstream).Includes(_demo, new Uri(target)));

    [Fact]
    public async Task A_page_may_be_where_the_list_is_for_a_minute()
    {
        var redirects = Create("https://index.example/simple/", list: "https://new.example/pypi/index.html");
        Assert.False(redirects.Includes(_demo, new Uri("https://new.example/pypi/demo-app/")));
        Assert.Null(await redirects.JudgeAsync(_demo, From("https://new.example/pypi/demo-app/"), default));
        Assert.True(redirects.Includes(_demo, new Uri("https://new.example/pypi/demo-app/")));
        foreach (var other in (string[])[
            "https://new.example/pypi/other/", "https://new.example/other/demo-app/",
            "https://third.example/pypi/demo-app/"])
        {
            Assert.False(redirects.Includes(_demo, new Uri(other)));
        }
        Assert.Equal(1, _readings);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.False(redirects.Includes(_demo, new Uri("https://new.example/pypi/demo-app/")));
    }

    [Theory]
    [InlineData("https://index.example/simple/")]
    [InlineData(null)]
    public async Task A_page_of_another_index_is_none_of_upstreams_each_time_that_it_is_asked(string? list)
    {
        var redirects = Create("https://index.example/simple/", list);
        for (var n = 1; n <= 2; n++)
        {
            var page = await redirects.JudgeAsync(_demo, From("https://new.example/simple/demo-app/"), default);
            Assert.True(Assert.IsType<UpstreamPage.Refused>(page).IsRedirect);
            Assert.Equal(n, _readings);
        }
    }

    [Fact]
    public async Task What_upstream_lists_it_has_and_what_is_no_page_of_the_project_says_nothing()
    {
        var redirects = Create("https://index.example/simple/", "https://index.example/simple/", "Demo.App");
        foreach (var target in (string[])["https://new.example/simple/demo-app/", "https://new.example/login"])
        {
            var error = await Assert.ThrowsAsync<UpstreamUnavailableException>(
                () => redirects.JudgeAsync(_demo, From(target), default));
            Assert.Contains("spec.upstream.redirects", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("new.example", error.Message, StringComparison.Ordinal);
            Assert.Contains(target, error.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_list_that_cannot_be_read_leaves_it_open_whether_upstream_has_moved()
    {
        var redirects = new PageRedirects(
            Settings("https://index.example/simple/"), _clock, NullLogger.Instance,
            () => Task.FromException<FrozenSet<ProjectName>?>(new UpstreamUnavailableException("It is down.")));
        await Assert.ThrowsAsync<UpstreamUnavailableException>(
            () => redirects.JudgeAsync(_demo, From("https://new.example/simple/demo-app/"), default));
    }

    static UpstreamPage.Redirected From(string target) =>
        new(new Uri("https://index.example/simple/demo-app/"), new Uri(target));

    PageRedirects Create(string upstream, string? list = null, params string[] names)
    {
        PageRedirects redirects = null!;
        redirects = new PageRedirects(Settings(upstream), _clock, NullLogger.Instance, () =>
        {
            _readings++;
            if (list is null)
                return Task.FromResult<FrozenSet<ProjectName>?>(null);
            redirects.NoteList(new Uri(list));
            return Task.FromResult<FrozenSet<ProjectName>?>(names.Select(ProjectName.Parse).ToFrozenSet());
        });
        return redirects;
    }

    static UpstreamSettings Settings(string url) => new()
    {
        Url = new Uri(url),
        Timeout = TimeSpan.FromSeconds(30),
        EgressPolicy = new EgressPolicy(inCluster: false, apiServers: [], allowed: []),
        Fingerprint = url,
    };
}
