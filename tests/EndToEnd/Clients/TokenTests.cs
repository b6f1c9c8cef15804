using System.Net;
using System.Text.RegularExpressions;

namespace EndToEnd.Clients;

/// <summary>Tokens that <c>pyrepo token create</c> makes, in the hands of real clients.</summary>
public sealed partial class TokenTests(ITestOutputHelper output) : IAsyncLifetime
{
    const string Password = "a password of alice";

    readonly ClientHome _home = new();
    PyRepoServer? _server;

    PyRepoServer Server => _server!;

    public async ValueTask InitializeAsync() => _server = await PyRepoServer.StartAsync(Manifest(""));

    public async ValueTask DisposeAsync()
    {
        Server.ShowLog(output);
        Assert.DoesNotContain(Password, Server.LogText(), StringComparison.Ordinal);
        await Server.DisposeAsync();
        _home.Dispose();
    }

    [Theory]
    [ClientData("twine")]
    [ClientData("uv")]
    [ClientData("pdm")]
    [ClientData("debian/twine", Package = "twine")]
    public async Task A_token_uploads_only_the_projects_that_it_is_for(string client)
    {
        var token = await CreateAsync("--role", "Publisher", "--project", "acme-*");
        var publishing = new Publishing(Server.GetUrl("team"), token, "__token__");
        (await publishing.RunAsync(client, _home, await ProjectAsync("acme-lib"))).MustSucceed();
        (await publishing.RunAsync(client, _home, await ProjectAsync("other"))).MustFail().MustSay("may not upload");
        Assert.DoesNotContain(token, Server.LogText(), StringComparison.Ordinal);
    }

    [Theory]
    [ClientData("pip")]
    [ClientData("uv")]
    public async Task A_client_installs_with_a_token_until_it_is_revoked(string client)
    {
        var upload = await CreateAsync("--role", "Publisher");
        (await new Publishing(Server.GetUrl("team"), upload, "__token__").RunAsync(
            "twine", _home, await ProjectAsync("acme-lib"))).MustSucceed();
        var token = await CreateAsync("--role", "Reader");
        (await InstallAsync(client, token, "first")).MustSucceed();
        (await RunAsync("revoke", GetId(token))).MustSucceed();
        (await InstallAsync(client, token, "second")).MustFail();
        (await RunAsync("list")).MustSucceed().MustSay(GetId(upload)).MustNotSay(GetId(token));
    }

    [ClientFact]
    public async Task Uv_takes_a_token_as_such()
    {
        var token = await CreateAsync("--role", "Publisher");
        var project = await ProjectAsync("acme-lib");
        (await _home.RunAsync(
            "uv", ["publish", "--publish-url", $"{Server.GetUrl("team")}", "--token", token, .. project.Files]))
            .MustSucceed();
    }

    [ClientFact]
    public async Task Pip_installs_with_a_token_that_keyring_has()
    {
        var token = await CreateAsync("--role", "Publisher");
        (await new Publishing(Server.GetUrl("team"), token, "__token__").RunAsync(
            "twine", _home, await ProjectAsync("acme-lib"))).MustSucceed();
        var keyring = await PythonClients.ProgramOfAsync("keyring");
        _home.Environment["PYTHON_KEYRING_BACKEND"] = "keyrings.alt.file.PlaintextKeyring";
        _home.Environment["PATH"] = $"{Path.GetDirectoryName(keyring)}:{_home.Environment["PATH"]}";
        var host = Server.Url.Authority;
        (await new ProgramRun("/bin/sh", "-c", $"printf %s '{token}' | keyring set {host} __token__")
        {
            Environment = _home.Environment,
        }.RunAsync()).MustSucceed();
        var index = Server.IndexOf("team").ToString().Replace("http://", "http://__token__@", StringComparison.Ordinal);
        (await _home.RunAsync(
            "pip", "install", "--keyring-provider", "subprocess", "--index-url", index, "--target", _home.New("target"),
            "acme-lib")).MustSucceed();
    }

    [Fact]
    public async Task A_token_in_the_Secret_of_the_users_works_until_it_is_removed()
    {
        var made = (await PyRepoProgram.RunAsync("token", "create", "--role", "Publisher", "--project", "acme-*"))
            .MustSucceed();
        var (token, line) = (made.Output.Trim(), made.Error.Trim());
        Assert.DoesNotContain(token.Split('_')[2], line, StringComparison.Ordinal);
        await File.WriteAllTextAsync(Server.ManifestFile, Manifest(line));
        await Eventually.IsAsync(
            "the token works", async () => await UploadAsync("acme-x", token) is HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.Forbidden, await UploadAsync("other", token));
        await File.WriteAllTextAsync(Server.ManifestFile, Manifest(""));
        await Eventually.IsAsync(
            "the token is refused", async () => await UploadAsync("acme-x", token) is HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_token_never_allows_more_than_its_owner_may_still_do()
    {
        var token = await CreateAsync("--role", "Publisher");
        Assert.Equal(HttpStatusCode.OK, await UploadAsync("acme-x", token));
        await File.WriteAllTextAsync(
            Server.ManifestFile, Manifest("").Replace("role: Maintainer", "role: Reader", StringComparison.Ordinal));
        await Eventually.IsAsync(
            "its owner only reads", async () => await UploadAsync("acme-y", token) is HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_token_ends_with_the_password_of_its_owner_unless_the_administrator_keeps_it()
    {
        var token = await CreateAsync("--role", "Publisher");
        Assert.Equal(HttpStatusCode.OK, await UploadAsync("acme-x", token));
        var changed = Manifest("").Replace(Password, "a new one", StringComparison.Ordinal);
        await File.WriteAllTextAsync(Server.ManifestFile, changed);
        await Eventually.IsAsync("the token has ended", async () =>
            await UploadAsync("acme-y", token) is HttpStatusCode.Unauthorized);
        await File.WriteAllTextAsync(Server.ManifestFile, changed.Replace(
            "  username:", "  keep-tokens: bob alice\n  username:", StringComparison.Ordinal));
        await Eventually.IsAsync("the token is kept", async () =>
            await UploadAsync("acme-z", token) is HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("--expires-in", "0s", "at most")]
    [InlineData("--expires-in", "400d", "at most")]
    [InlineData("--expires-in", "soon", "not a duration")]
    [InlineData("--project", "a/b", "not a project name")]
    public async Task Invalid_settings_of_a_token_are_explained(string option, string value, string message)
    {
        (await PyRepoProgram.RunAsync("token", "create", option, value)).MustFail().MustSay(message);
        (await RunAsync("create", option, value)).MustFail().MustSay(message);
    }

    static string Manifest(string tokens) => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: team }
        spec:
          access:
            usersSecretRef: { name: users }
            grants:
            - { to: [ { user: alice } ], role: Maintainer }
        ---
        apiVersion: v1
        kind: Secret
        metadata: { name: users }
        stringData:
          username: alice
          password: "{{Password}}"
          tokens: |
            {{tokens}}
        """;

    static string GetId(string token) => token.Split('_')[1];

    async Task<PythonProject> ProjectAsync(string name) =>
        await new PythonProject(_home, name, BuildBackend.PdmBackend).Write("x").BuildAsync();

    async Task<string> CreateAsync(params string[] options)
    {
        var made = (await RunAsync(["create", .. options])).MustSucceed().Output.Trim();
        Assert.Matches(Token, made);
        return made;
    }

    Task<ProgramResult> RunAsync(string command, params string[] arguments) => new ProgramRun(
        PyRepoProgram.Path,
        ["token", command, .. arguments, "--url", $"{Server.GetUrl("team")}", "--user", "alice"])
    {
        Environment = new Dictionary<string, string>(_home.Environment) { ["PYREPO_PASSWORD"] = Password },
    }.RunAsync();

    Task<ProgramResult> RunAsync(IReadOnlyList<string> arguments) => RunAsync(arguments[0], [.. arguments.Skip(1)]);

    Task<ProgramResult> InstallAsync(string client, string token, string target)
    {
        string[] command = client == "uv" ? ["pip", "install", "--python", "/usr/bin/python3"] : ["install"];
        var index = Server.IndexOf("team").ToString()
            .Replace("http://", $"http://__token__:{token}@", StringComparison.Ordinal);
        return _home.RunAsync(
            client, [.. command, "--no-cache-dir", "--index-url", index, "--target", _home.New(target), "acme-lib"]);
    }

    async Task<HttpStatusCode> UploadAsync(string project, string token)
    {
        using var answer = await TwineForm.SendAsync(
            Server.Http, Server.GetUrl("team"), TwineForm.From(TestWheel.Create(project, "1.0")),
            TwineForm.Basic("__token__", token));
        return answer.StatusCode;
    }

    [GeneratedRegex(@"^pyrepo_[0-9a-z]{12}_[0-9a-z]{50}\z", RegexOptions.CultureInvariant)]
    static partial Regex Token { get; }
}
