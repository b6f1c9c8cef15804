using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Client.Configuration;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Watching;
using PyRepo.Testing;
using PyRepo.Testing.Cluster;

namespace PyRepo.Kubernetes.Tests.Client;

public sealed class TlsTests : IDisposable
{
    readonly SteppedClock _clock = new();
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Pings_detect_a_black_hole_connection_and_the_watch_resumes()
    {
        using var certificate = ServerCertificate.Create();
        await using var server = await ScriptedApiServer.StartAsync(certificate: certificate);
        await using var relay = new TcpRelay(server.Address.Port);
        var settings = Settings(new Uri($"https://127.0.0.1:{relay.Port}"), certificate);
        var transport =
            new Transport(settings) { PingDelay = TimeSpan.FromSeconds(1), PingTimeout = TimeSpan.FromSeconds(1) };
        using var client = new KubernetesClient(new ClusterConnection(settings, transport), _clock);
        using var ending = new CancellationTokenSource();
        var informer = new Informer<ConfigMap>(client, ResourceTypes.ConfigMaps, new(), _clock, NullLogger.Instance);
        var running = informer.RunAsync(ending.Token);
        await server.AnswerListAsync("5");
        var watch = await server.BeginWatchAsync();
        Assert.Equal("HTTP/2", watch.Protocol);
        await informer.Synced;
        relay.SwallowOpenConnections();
        // No clock of the client's goes on: only the connection itself can tell.
        await _clock.AdvanceToTimerAsync(TimeSpan.FromSeconds(2));
        await server.AnswerListAsync("6");
        Assert.Equal("5", (await server.BeginWatchAsync()).Query["resourceVersion"]);
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public void Pings_find_a_black_hole_within_a_minute()
    {
        using var transport = new Transport(new(new Uri("https://api"), new FixedToken(null)));
        Assert.True(transport.PingDelay + transport.PingTimeout + TimeSpan.FromSeconds(1.6) < TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_new_authority_in_its_file_is_trusted_within_five_minutes_without_a_restart()
    {
        using var first = ServerCertificate.Create();
        using var second = ServerCertificate.Create();
        File.WriteAllText(_folder["ca.crt"], first.ExportCertificatePem());
        await using var old = await ScriptedApiServer.StartAsync(certificate: first);
        var port = old.Address.Port;
        var settings = new ClusterSettings(old.Address, new FixedToken("t"))
        {
            Authority = new(null, _folder["ca.crt"], _clock),
        };
        using var client = Connections.GetClient(settings, _clock);
        Assert.Null(await GetAsync(client, old));
        await old.DisposeAsync();
        await using var renewed = await ScriptedApiServer.StartAsync(port, second);
        File.WriteAllText(_folder["ca.crt"], second.ExportCertificatePem());
        _clock.Advance(PemSource.PollInterval);
        Assert.Null(await GetAsync(client, renewed));
        Assert.Equal(TimeSpan.FromMinutes(5), PemSource.PollInterval);
    }

    [Fact]
    public async Task A_server_of_another_authority_is_rejected()
    {
        using var certificate = ServerCertificate.Create();
        using var other = ServerCertificate.Create();
        await using var server = await ScriptedApiServer.StartAsync(certificate: certificate);
        using var client = Connections.GetClient(Settings(server.Address, other), _clock);
        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(client));
        using var careless = Connections.GetClient(Settings(server.Address, other) with { Insecure = true }, _clock);
        Assert.Null(await GetAsync(careless, server));
    }

    [Fact]
    public async Task A_server_is_verified_by_the_configured_server_name()
    {
        using var certificate = ServerCertificate.Create("api.example");
        await using var server = await ScriptedApiServer.StartAsync(certificate: certificate);
        var settings = Settings(server.Address, certificate);
        using var stranger = Connections.GetClient(settings, _clock);
        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(stranger));
        using var client = Connections.GetClient(settings with { TlsServerName = "api.example" }, _clock);
        Assert.Null(await GetAsync(client, server));
    }

    ClusterSettings Settings(Uri address, X509Certificate2 authority) => new(address, new FixedToken("t"))
    {
        Authority = new(Encoding.ASCII.GetBytes(authority.ExportCertificatePem()), null, _clock),
    };

    static Task<ConfigMap?> GetAsync(KubernetesClient client) =>
        client.GetAsync(ResourceTypes.ConfigMaps, new("shop", "settings"), default);

    static async Task<ConfigMap?> GetAsync(KubernetesClient client, ScriptedApiServer server)
    {
        var asked = GetAsync(client);
        await (await server.NextAsync()).RefuseAsync(404, "NotFound");
        return await asked;
    }
}
