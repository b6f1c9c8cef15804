using System.Net;
using System.Text.Json.Nodes;
using EndToEnd.Proxying;

namespace EndToEnd.Serving;

/// <summary>A hosted repository looks for signs of an attack in uploads.</summary>
public sealed class GuardedUploadTests : IAsyncLifetime
{
    const string Password = "a password of alice";

    static readonly TestWheel _plain = Make("1.0");
    static readonly TestWheel _startup = Make("2.0", ("demo_init.pth", "import os\n"));

    PyRepoServer? _server;

    PyRepoServer Server => _server!;

    public async ValueTask InitializeAsync() => _server = await PyRepoServer.StartAsync(Manifest.All(
        Repository("unguarded", "Off"), Repository("report", "Report"), Repository("reject", "Reject"),
        Manifest.User("users", "alice", Password)));

    public async ValueTask DisposeAsync() => await Server.DisposeAsync();

    [Fact]
    public async Task Reject_answers_400_with_the_rule_the_reason_and_what_to_do_and_keeps_nothing()
    {
        Assert.Equal(HttpStatusCode.OK, (await UploadAsync("reject", _plain)).Status);
        var (status, reason) = await UploadAsync("reject", _startup);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("demo_init.pth, which runs whenever the interpreter starts", reason, StringComparison.Ordinal);
        Assert.Contains("rule StartupFile of spec.uploads.guard", reason, StringComparison.Ordinal);
        Assert.Contains("Build it without", reason, StringComparison.Ordinal);
        Assert.Equal([_plain.FileName], (await Server.PageAsync("reject", "demo")).FileNames);
    }

    [Fact]
    public async Task Report_takes_it_and_says_it_in_the_log_and_in_why()
    {
        await UploadAsync("report", _plain);
        Assert.Equal(HttpStatusCode.OK, (await UploadAsync("report", _startup)).Status);
        await Server.MustLogAsync(
            $"'{_startup.FileName}' has the file demo_init.pth, which runs whenever the interpreter starts (rule "
            + "StartupFile). spec.uploads.guard accepts it nevertheless.");
        var rules = (await ExplainAsync("report", "2.0"))["reported"]!.AsArray()
            .Select(each => ((string)each!["rule"]!, (string)each["entry"]!));
        Assert.Equal([("guard", "StartupFile"), ("guard", "NewStartupFile")], rules);
        Assert.Null((await ExplainAsync("report", "1.0"))["reported"]);
    }

    [Fact]
    public async Task Off_does_not_look()
    {
        Assert.Equal(HttpStatusCode.OK, (await UploadAsync("unguarded", _startup)).Status);
        Assert.Null((await ExplainAsync("unguarded", "2.0"))["reported"]);
    }

    [Fact]
    public async Task What_the_last_release_has_too_is_no_news()
    {
        var next = Make("2.1", ("demo_init.pth", "import os\n"));
        await UploadAsync("report", _startup);
        Assert.Equal(HttpStatusCode.OK, (await UploadAsync("report", next)).Status);
        Assert.Null((await ExplainAsync("report", "2.1"))["reported"]);
    }

    static string Repository(string name, string guard) => Manifest.Create(name, $$"""
        { access: { usersSecretRef: { name: users }, grants: [ { to: [ { anyone: {} } ], role: Reader },
        { to: [ { user: alice } ], role: Maintainer } ] }, uploads: { guard: "{{guard}}" } }
        """);

    static TestWheel Make(string version, params (string Name, string Content)[] members) =>
        new("demo", version, AttackWheel.Make("demo", version, DateTimeOffset.UnixEpoch, members).Bytes);

    async Task<(HttpStatusCode Status, string Reason)> UploadAsync(string repository, TestWheel wheel)
    {
        using var answer = await TwineForm.SendAsync(
            Server.Http, Server.GetUrl(repository), TwineForm.From(wheel), TwineForm.Basic("alice", Password));
        return (answer.StatusCode, $"{answer.ReasonPhrase} {await answer.Content.ReadAsStringAsync()}");
    }

    async Task<JsonNode> ExplainAsync(string repository, string version)
    {
        var why = JsonNode.Parse(await Server.Http.GetStringAsync(
            new Uri(Server.GetUrl(repository), $"api/v1/why/demo/{version}")))!;
        return Assert.Single(why["files"]!.AsArray())!;
    }
}
