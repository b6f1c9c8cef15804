using System.Text.Json;
using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Client.Configuration;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Testing;
using PyRepo.Testing.Cluster;

namespace PyRepo.Kubernetes.Tests.Client;

public sealed class CredentialTests : IAsyncLifetime
{
    readonly SteppedClock _clock = new();
    readonly TemporaryFolder _folder = new();
    ScriptedApiServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await ScriptedApiServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_new_token_in_its_file_is_sent_within_a_minute()
    {
        File.WriteAllText(_folder["token"], "first\n");
        using var client = GetClient(new TokenFile(_folder["token"], _clock));
        Assert.Equal("Bearer first", await SentAsync(client));
        File.WriteAllText(_folder["token"], "second\n");
        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal("Bearer first", await SentAsync(client));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("Bearer second", await SentAsync(client));
        File.Delete(_folder["token"]);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("Bearer second", await SentAsync(client));
    }

    [Fact]
    public async Task A_rejected_token_is_read_again_and_never_sent_twice()
    {
        File.WriteAllText(_folder["token"], "first");
        using var client = GetClient(new TokenFile(_folder["token"], _clock));
        Assert.Equal("Bearer first", await SentAsync(client));
        var asked = GetAsync(client);
        File.WriteAllText(_folder["token"], "second");
        await (await _server.NextAsync()).RefuseAsync(401, "Unauthorized");
        var again = await _server.NextAsync();
        Assert.Equal("Bearer second", again.Headers["Authorization"]);
        await again.RefuseAsync(401, "Unauthorized");
        Assert.Contains("Unauthorized", (await Assert.ThrowsAsync<KubernetesException>(() => asked)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v1")]
    [InlineData("v1beta1")]
    public async Task A_plugin_is_run_again_when_its_token_expires_or_is_rejected(string version)
    {
        var expires = _clock.GetUtcNow().AddMinutes(10);
        using var client = GetClient(Plugin(version, $"""
            echo x >>"$0.runs"
            echo '{"{"}"apiVersion":"client.authentication.k8s.io/{version}","kind":"ExecCredential","status":
              {"{"}"token":"'"$PREFIX$(wc -l <"$0.runs")$1"'","expirationTimestamp":"{expires:O}"{"}}"}'
            """));
        Assert.Equal("Bearer t1a", await SentAsync(client));
        Assert.Equal("Bearer t1a", await SentAsync(client));
        _clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal("Bearer t2a", await SentAsync(client));
        var asked = GetAsync(client);
        var refused = await _server.NextAsync();
        var sent = refused.Headers["Authorization"];
        await refused.RefuseAsync(401, "Unauthorized");
        var again = await _server.NextAsync();
        Assert.NotEqual(sent, again.Headers["Authorization"]);
        await again.RefuseAsync(404, "NotFound");
        Assert.Null(await asked);
    }

    [Fact]
    public async Task A_plugin_receives_the_cluster_if_it_asks_for_it()
    {
        using var client = GetClient(Plugin("v1", """
            printf '%s' "$KUBERNETES_EXEC_INFO" >"$0.told"
            echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t"}}'
            """));
        Assert.Equal("Bearer t", await SentAsync(client));
        using var told = JsonDocument.Parse(File.ReadAllText(_folder["plugin.told"]));
        Assert.Equal("client.authentication.k8s.io/v1", told.RootElement.GetProperty("apiVersion").GetString());
        var spec = told.RootElement.GetProperty("spec");
        Assert.False(spec.GetProperty("interactive").GetBoolean());
        Assert.Equal("https://api:6443", spec.GetProperty("cluster").GetProperty("server").GetString());
    }

    [Theory]
    [InlineData("echo not logged in >&2; exit 3", "ended with 3: not logged in")]
    [InlineData("echo hello", "did not return an ExecCredential.")]
    [InlineData("""echo '{"apiVersion":"client.authentication.k8s.io/v1","status":{}}'""",
        "answered without a token or a certificate.")]
    [InlineData("""echo '{"apiVersion":"client.authentication.k8s.io/v2"}'""", "answered in apiVersion")]
    public async Task The_error_of_a_failing_plugin_is_reported(string script, string error)
    {
        using var client = GetClient(Plugin("v1", script));
        var failed = await Assert.ThrowsAsync<KubeconfigException>(() => GetAsync(client));
        Assert.Contains(error, failed.Message, StringComparison.Ordinal);
    }

    ExecPlugin Plugin(string version, string script)
    {
        File.WriteAllText(_folder["plugin"], script);
        return new(new()
        {
            ApiVersion = $"client.authentication.k8s.io/{version}",
            Command = "sh",
            Args = [_folder["plugin"], "a"],
            Env = [new("PREFIX", "t")],
            ProvideClusterInfo = true,
        }, Path.GetDirectoryName(_folder["plugin"])!, new() { Server = "https://api:6443" }, _clock);
    }

    KubernetesClient GetClient(Credentials credentials) =>
        Connections.GetClient(new ClusterSettings(_server.Address, credentials), _clock);

    async Task<string> SentAsync(KubernetesClient client)
    {
        var asked = GetAsync(client);
        var request = await _server.NextAsync();
        await request.RefuseAsync(404, "NotFound");
        Assert.Null(await asked);
        return request.Headers["Authorization"];
    }

    static Task<ConfigMap?> GetAsync(KubernetesClient client) =>
        client.GetAsync(ResourceTypes.ConfigMaps, new("shop", "settings"), default);
}
