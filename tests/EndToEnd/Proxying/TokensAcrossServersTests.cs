using System.Net;

namespace EndToEnd.Proxying;

/// <summary>Tokens that a member keeps, at the server of a group that leaves access to its members.</summary>
public sealed class TokensAcrossServersTests(ITestOutputHelper output) : IAsyncLifetime
{
    const string MemberManifest = """
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: team, namespace: packages }
        spec:
          access:
            usersSecretRef: { name: users }
            grants: [ { to: [ { user: alice } ], role: Maintainer } ]
        """;

    const string GroupManifest = """
        apiVersion: pyrepo.dev/v1alpha1
        kind: RepositoryGroup
        metadata: { name: all, namespace: packages }
        spec: { members: [ { kind: PythonRepository, name: team } ], uploadTo: team }
        """;

    readonly TemporaryFolder _mounted = new();
    PyRepoServer? _member, _group;

    PyRepoServer Member => _member!;

    PyRepoServer Group => _group!;

    public async ValueTask InitializeAsync()
    {
        _member = await StartAsync("team", ("resource.yaml", MemberManifest));
        _group = await StartAsync(
            "all", ("resource.yaml", GroupManifest), ("members/PythonRepository/team.yaml", MemberManifest),
            ("platform.json", $$"""{ "members": { "team": "{{Member.Url}}" } }"""));
    }

    public async ValueTask DisposeAsync()
    {
        Group.ShowLog(output);
        await Group.DisposeAsync();
        await Member.DisposeAsync();
        _mounted.Dispose();
    }

    [Fact]
    public async Task A_token_of_a_member_works_through_the_group_until_it_is_revoked()
    {
        var made = (await RunAsync("create", "--role", "Publisher", "--project", "acme-*")).MustSucceed();
        var token = made.Output.Trim();
        Assert.Equal(HttpStatusCode.OK, await UploadAsync("acme-lib", token));
        Assert.Equal(HttpStatusCode.Forbidden, await UploadAsync("other", token));
        Assert.Equal(HttpStatusCode.OK, await PageAsync("acme-lib", token));
        using (var uploaded = await TwineForm.SendAsync(
            Member.Http, Member.Url, TwineForm.From(TestWheel.Create("other", "1.0")),
            TwineForm.Basic("alice", "secret")))
        {
            Assert.Equal(HttpStatusCode.OK, uploaded.StatusCode);
        }
        Assert.Equal(HttpStatusCode.Forbidden, await PageAsync("other", token));
        Assert.Equal(HttpStatusCode.Unauthorized, await PageAsync("acme-lib", $"{token[..^1]}_"));
        (await RunAsync("revoke", token.Split('_')[1])).MustSucceed();
        await Eventually.IsAsync(
            "the group refuses the token",
            async () => await PageAsync("acme-lib", token) is HttpStatusCode.Unauthorized);
        Assert.DoesNotContain(token, Group.LogText() + Member.LogText(), StringComparison.Ordinal);
    }

    Task<PyRepoServer> StartAsync(string name, params IEnumerable<(string Path, string Text)> files)
    {
        foreach (var (path, text) in files
            .Append(("secrets/pyrepo-signing-key/current", "a key that both servers mount"))
            .Append(("secrets/users/username", "alice")).Append(("secrets/users/password", "secret")))
        {
            _mounted.Write(Path.Combine(name, path), text);
        }
        return PyRepoServer.StartFromAsync(_mounted.Folder(name), "--root", name);
    }

    Task<ProgramResult> RunAsync(string command, params string[] arguments) => new ProgramRun(
        PyRepoProgram.Path, ["token", command, .. arguments, "--url", $"{Member.Url}", "--user", "alice"])
    {
        Environment = new Dictionary<string, string> { ["PYREPO_PASSWORD"] = "secret" },
    }.RunAsync();

    async Task<HttpStatusCode> UploadAsync(string project, string token)
    {
        using var answer = await TwineForm.SendAsync(
            Group.Http, Group.Url, TwineForm.From(TestWheel.Create(project, "1.0")),
            TwineForm.Basic("__token__", token));
        return answer.StatusCode;
    }

    async Task<HttpStatusCode> PageAsync(string project, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Group.Url, $"simple/{project}/"));
        request.Headers.Authorization = TwineForm.Basic("__token__", token);
        using var answer = await Group.Http.SendAsync(request);
        return answer.StatusCode;
    }
}
