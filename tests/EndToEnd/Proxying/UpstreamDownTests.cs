using System.Diagnostics;
using System.Net;
using System.Text;

namespace EndToEnd.Proxying;

/// <summary>
/// An upstream that can't be asked, or says so: the cache is shown, and nobody is told that there is no such project.
/// </summary>
[Collection(nameof(Alone))]
public sealed class UpstreamDownTests(ManyProxies many, ITestOutputHelper output)
    : IClassFixture<ManyProxies>, IDisposable
{
    public void Dispose() => many.Server.ShowLog(output);

    public static TheoryData<string> Failures =>
    [
        "drops", "500", "502", "401", "429", "silent", "torn", "HTML error", "JSON error", "no type", "another project",
    ];

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task A_page_that_is_not_cached_is_unavailable_and_not_missing(string failure)
    {
        var name = many.Take();
        many.Upstream.AtPage(name, GetFailure(failure, name));
        var answer = (await many.Server.PageAsync(name, name)).Must(HttpStatusCode.ServiceUnavailable);
        Assert.NotNull(answer["Retry-After"]);
        Assert.Equal("no-store", answer["Cache-Control"]);
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task A_cached_page_is_served_within_seconds_and_marked_stale(string failure)
    {
        var name = many.Take();
        many.Upstream.Serve(new ScriptedPage(name, ScriptedFile.Wheel(name, "1.0")));
        var fresh = (await many.Server.PageAsync(name, name)).Must(HttpStatusCode.OK);
        Assert.Equal("MISS", fresh.XCache);
        many.Upstream.AtPage(name, GetFailure(failure, name));
        var began = Stopwatch.GetTimestamp();
        ProxyResponse? stale = null;
        await Eventually.IsAsync("the page is stale", async () =>
        {
            began = Stopwatch.GetTimestamp();
            stale = (await many.Server.PageAsync(name, name)).Must(HttpStatusCode.OK);
            return stale.XCache == "STALE";
        });
        Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(10));
        Assert.Equal(fresh.FileNames, stale!.FileNames);
        Assert.NotNull(stale["X-Stale-Since"]);
    }

    [Fact]
    public async Task Once_upstream_answers_again_the_page_is_fresh_again()
    {
        var name = many.Take();
        many.Upstream.Serve(new ScriptedPage(name, ScriptedFile.Wheel(name, "1.0")));
        (await many.Server.PageAsync(name, name)).Must(HttpStatusCode.OK);
        many.Upstream.AtPage(name, Replies.Drop);
        await Eventually.IsAsync(
            "the page is stale", "STALE", async () => (await many.Server.PageAsync(name, name)).XCache);
        many.Upstream.Serve(new ScriptedPage(name, ScriptedFile.Wheel(name, "1.0"), ScriptedFile.Wheel(name, "2.0")));
        await Eventually.IsAsync(
            "the new release is there", 2, async () => (await many.Server.PageAsync(name, name)).FileNames.Count);
    }

    [Fact]
    public async Task A_Retry_After_of_one_page_holds_for_its_project_alone_and_clients_wait_for_seconds()
    {
        var name = many.Take();
        var other = $"{name}-other";
        many.Upstream.AtPage(name, Replies.Status(429, retryAfter: "999999999"));
        many.Upstream.Serve(new ScriptedPage(other, ScriptedFile.Wheel(other, "1.0")));
        for (var i = 0; i < 5; i++)
        {
            var refused = (await many.Server.PageAsync(name, name)).Must(HttpStatusCode.ServiceUnavailable);
            Assert.InRange(int.Parse(refused["Retry-After"]!, null), 1, 5);
        }
        Assert.Equal(1, many.Upstream.CountOfPage(name));
        Assert.Single((await many.Server.PageAsync(name, other)).Must(HttpStatusCode.OK).FileNames);
    }

    [Theory]
    [InlineData("503")]
    [InlineData("429")]
    [InlineData("drops")]
    public async Task Failing_names_do_not_affect_the_others(string failure)
    {
        var name = many.Take();
        var projects = Enumerable.Range(0, 10).Select(i => $"{name}-{i}").ToArray();
        foreach (var project in projects)
            many.Upstream.AtPage(project, GetFailure(failure, project));
        many.Upstream.Serve(new ScriptedPage(name, ScriptedFile.Wheel(name, "1.0")));
        foreach (var project in projects)
            (await many.Server.PageAsync(name, project)).Must(HttpStatusCode.ServiceUnavailable);
        Assert.Single((await many.Server.PageAsync(name, name)).Must(HttpStatusCode.OK).FileNames);
        Assert.Equal(projects.Length, projects.Sum(many.Upstream.CountOfPage));
    }

    [Fact]
    public async Task A_cached_file_is_served_while_upstream_is_down()
    {
        var name = many.Take();
        var file = ScriptedFile.Wheel(name, "1.0");
        many.Upstream.Serve(new ScriptedPage(name, file));
        Assert.Equal(
            file.Bytes, (await many.Server.FileAsync(name, name, file.FileName)).Must(HttpStatusCode.OK).Bytes);
        await Eventually.IsAsync(
            "the file is cached", "HIT", async () => (await many.Server.FileAsync(name, name, file.FileName)).XCache);
        many.Upstream.AtPage(name, Replies.Drop);
        many.Upstream.AtFile(file.FileName, Replies.Drop);
        await Eventually.IsAsync(
            "the page is stale", "STALE", async () => (await many.Server.PageAsync(name, name)).XCache);
        Assert.Equal(
            file.Bytes, (await many.Server.FileAsync(name, name, file.FileName)).Must(HttpStatusCode.OK).Bytes);
    }

    static Reply GetFailure(string failure, string name) => failure switch
    {
        "drops" => Replies.Drop,
        "silent" => Replies.Silence,
        "torn" => Replies.Torn(
            Encoding.UTF8.GetBytes(new ScriptedPage(name, ScriptedFile.Wheel(name, "9.0")).JsonBody), 150,
            Replies.Json),
        "HTML error" => Replies.Text(
            "<html><body><h1>Down for maintenance</h1><a href=\"/status\">Status</a></body></html>", "text/html"),
        "JSON error" => Replies.Text("{\"message\": \"Down for maintenance\"}", Replies.Json),
        "no type" => Replies.Text("Down for maintenance", "text/plain"),
        "another project" => new ScriptedPage(name, ScriptedFile.Wheel("evil", "9.0")) { Name = "evil" }.AsJson(),
        var status => Replies.Status(int.Parse(status, null)),
    };
}
