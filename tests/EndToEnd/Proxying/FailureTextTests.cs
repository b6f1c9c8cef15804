using System.Net;
using EndToEnd.Serving;

namespace EndToEnd.Proxying;

/// <summary>
/// What callers read when an upstream or a member fails: neither where it is nor what its URL holds. The status on the
/// management port says that.
/// </summary>
public sealed class FailureTextTests : IAsyncLifetime
{
    const string Path = "/secret-path";
    ScriptedUpstream _upstream = null!;
    PyRepoServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _upstream = await ScriptedUpstream.StartAsync();
        _server = await PyRepoServer.StartAsync(ProxyManifest.Proxy(
            "proxy", new Uri(_upstream.Url, $"{Path}/simple/"), more: ", timeout: 1s"));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    public static TheoryData<string, Reply> Failures => new()
    {
        { "500", Replies.Status(500) },
        { "429", Replies.Status(429) },
        { "401", Replies.Status(401) },
        { "dropped", Replies.Drop },
        { "silent", Replies.Silence },
        { "torn", Replies.Torn(new byte[100], 50, Replies.Json) },
        { "no page", Replies.Text("hello", "text/plain") },
        { "no URL", Replies.Redirect($"http://:::{Path}") },
        { "no scheme", Replies.Redirect($"ftp://127.0.0.1{Path}") },
        { "metadata address", Replies.Redirect($"http://169.254.169.254{Path}/") },
        { "loop", Replies.Redirect($"{Path}/simple/one/") },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Failures_of_a_page_and_a_list_reveal_no_path_or_port_of_upstream(string failure, Reply reply)
    {
        _upstream.Otherwise = reply;
        MustNameNothing(await _server.PageAsync("proxy", "one"), failure);
        MustNameNothing(await _server.AskAsync(_server.IndexOf("proxy"), accept: Replies.Json), failure);
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Failures_of_a_file_reveal_no_path_or_port_of_upstream(string failure, Reply reply)
    {
        var file = ScriptedFile.Wheel("one", "1.0");
        var url = $"{Path}/files/{file.FileName}";
        _upstream.At($"{Path}/simple/one/", new ScriptedPage("one", file with { Url = url }).AsJson());
        _upstream.At(url, reply);
        MustNameNothing(await _server.FileAsync("proxy", "one", file.FileName), failure);
    }

    [Fact]
    public async Task Failures_of_a_page_appear_in_the_status_with_the_URL()
    {
        _upstream.Otherwise = Replies.Status(500);
        MustNameNothing(await _server.PageAsync("proxy", "one"), "500");
        var status = await _server.AskAsync(new Uri(_server.Management, "status"));
        Assert.Contains($"{Path}/simple/one/", status.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failures_of_a_member_do_not_reveal_its_address()
    {
        await _upstream.StopAsync();
        using var folder = new TemporaryFolder();
        folder.Write("resource.yaml", """
            apiVersion: pyrepo.dev/v1alpha1
            kind: RepositoryGroup
            metadata: { name: all, namespace: packages }
            spec:
              members: [ { kind: PythonRepository, name: team-a } ]
              uploadTo: team-a
            """);
        folder.Write("members/PythonRepository/team-a.yaml", """
            apiVersion: pyrepo.dev/v1alpha1
            kind: PythonRepository
            metadata: { name: team-a, namespace: packages }
            spec: { access: { grants: [ { to: [ { anyone: {} } ], role: Publisher } ] } }
            """);
        folder.Write("secrets/pyrepo-signing-key/current", "a key that both servers mount");
        folder.Write("platform.json", $$"""{ "members": { "team-a": "{{_upstream.Url}}" } }""");
        await using var group = await PyRepoServer.StartFromAsync(folder.Path, "--root", "all");
        MustNameNothing(await group.AskAsync(new Uri(group.Url, "simple/one/")), "a page");
        MustNameNothing(await group.AskAsync(new Uri(group.Url, "simple/")), "the list");
        using var form = TwineForm.From(TestWheel.Create("one", "1.0"));
        using var uploaded = await group.Http.PostAsync(group.Url, form);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, uploaded.StatusCode);
        MustNameNothing(await uploaded.Content.ReadAsStringAsync(), "an upload");
    }

    void MustNameNothing(ProxyResponse answer, string failure) =>
        MustNameNothing(answer.Must(HttpStatusCode.ServiceUnavailable).Text, failure);

    void MustNameNothing(string text, string failure)
    {
        foreach (var secret in (string[])[Path[1..], _upstream.Url.Authority, $":{_upstream.Url.Port}", "169.254"])
            Assert.False(text.Contains(secret, StringComparison.Ordinal), $"{failure}: {text}");
    }
}
