using System.Text.Json.Nodes;
using PyRepo.Kubernetes.Client;
using PyRepo.Operator.Controllers;
using PyRepo.Operator.Manifests;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Running;

[Trait("Kubernetes", "oldest")]
public sealed class ServiceAccountIssuerTests(ApiServer server)
{
    const string Configuration = """{ "issuer": "https://kubernetes.default.svc" }""";
    static readonly TimeSpan _interval = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_server_gets_the_issuer_and_the_keys_that_the_API_server_publishes_once_it_accepts_tokens()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await cluster.ApplyAsync(Repository("{}"));
        await cluster.UntilThereAsync("v1/configmaps/team-a-config");
        Assert.Null((await PlatformAsync(cluster))["serviceAccounts"]);
        Assert.DoesNotContain(
            cluster.OperatorRequests(default), r => r.User.Credential == running.Credential
                && r.RequestUri.Contains("openid", StringComparison.Ordinal));

        await cluster.ApplyAsync(Repository("{ serviceAccounts: {} }"));
        JsonNode? written = null;
        await Eventually.IsAsync(
            "the keys", async () => (written = (await PlatformAsync(cluster))["serviceAccounts"]) is not null,
            () => running.Log);
        var published = await GetAsync(ServiceAccountIssuer.KeysPath);
        Assert.Equal(
            (string?)(await GetAsync(ServiceAccountIssuer.ConfigurationPath))["issuer"], (string?)written!["issuer"]);
        var (key, expected) = (written["jwks"]!["keys"]!.AsArray().Single()!, published["keys"]!.AsArray().Single()!);
        Assert.True(JsonNode.DeepEquals(expected, key), $"{expected} {key}");

        await cluster.ApplyAsync("""
            apiVersion: pyrepo.dev/v1alpha1
            kind: RepositoryGroup
            metadata: { name: all }
            spec: { members: [ { kind: PythonRepository, name: team-a } ] }
            """);
        await Eventually.IsAsync("the keys of the group", async () =>
            await cluster.GetAsync("v1/configmaps/all-config") is not null
            && JsonNode.DeepEquals((await PlatformAsync(cluster, "all"))["serviceAccounts"], written),
            () => running.Log);
    }

    [Fact]
    public async Task Keys_that_the_API_server_withholds_are_skipped_with_one_log_line()
    {
        await using var scripted = await ScriptedApiServer.StartAsync();
        var clock = new SteppedClock();
        var log = new LogLines();
        using var client = Client(scripted);
        var reader = new ServiceAccountIssuerReader(client, clock, log);
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var read = reader.FindAsync(CancellationToken.None);
            await (await scripted.NextAsync()).RefuseAsync(403, "Forbidden");
            Assert.Null(await read);
            clock.Advance(_interval);
        }
        var malformed = reader.FindAsync(CancellationToken.None);
        await AnswerAsync(scripted, Configuration, "{");
        Assert.Null(await malformed);
        var line = await log.NextAsync();
        Assert.Contains("No ServiceAccount token is accepted", line, StringComparison.Ordinal);
        // The second refusal was no news.
        Assert.NotEqual(line, await log.NextAsync());
    }

    [Fact]
    public async Task Keys_are_read_once_a_minute_and_kept_while_the_API_server_is_down()
    {
        await using var scripted = await ScriptedApiServer.StartAsync();
        var clock = new SteppedClock();
        using var client = Client(scripted);
        var reader = new ServiceAccountIssuerReader(client, clock, new LogLines());
        var first = await ReadAsync("one");
        Assert.Same(first, await reader.FindAsync(CancellationToken.None));
        clock.Advance(_interval);

        var failing = reader.FindAsync(CancellationToken.None);
        await (await scripted.NextAsync()).RefuseAsync(500, "InternalError");
        await Assert.ThrowsAsync<KubernetesException>(() => failing);
        Assert.NotEqual(first!.Version, (await ReadAsync("two"))!.Version);

        async Task<ServiceAccountIssuer?> ReadAsync(string kid)
        {
            var read = reader.FindAsync(CancellationToken.None);
            await AnswerAsync(scripted, Configuration, $$"""{ "keys": [ { "kty": "RSA", "kid": "{{kid}}" } ] }""");
            return await read;
        }
    }

    static async Task AnswerAsync(ScriptedApiServer scripted, string configuration, string keys)
    {
        foreach (var (path, answer) in new[]
            { (ServiceAccountIssuer.ConfigurationPath, configuration), (ServiceAccountIssuer.KeysPath, keys) })
        {
            var request = await scripted.NextAsync();
            Assert.Equal(path, request.Path);
            await request.AnswerAsync(200, answer);
        }
    }

    static KubernetesClient Client(ScriptedApiServer scripted)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["kubeconfig"], $$"""
            current-context: one
            clusters: [ { name: one, cluster: { server: "{{scripted.Address}}" } } ]
            contexts: [ { name: one, context: { cluster: one, user: one } } ]
            users: [ { name: one, user: { token: none } } ]
            """);
        var connection = ClusterConnection.Open(folder["kubeconfig"], context: null, TimeProvider.System);
        return new(connection, TimeProvider.System);
    }

    static string Repository(string access) => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: team-a }
        spec: { access: {{access}} }
        """;

    static async Task<JsonNode> PlatformAsync(TestCluster cluster, string name = "team-a") => JsonNode.Parse(
        (string)(await cluster.GetAsync($"v1/configmaps/{name}-config"))!["data"]!["platform.json"]!)!;

    async Task<JsonNode> GetAsync(string path) =>
        JsonNode.Parse(await server.Http.GetStringAsync(new Uri(path, UriKind.Relative)))!;
}
