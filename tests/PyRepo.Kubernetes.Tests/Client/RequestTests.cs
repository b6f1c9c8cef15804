using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Client.Configuration;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Coordination;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Testing;
using PyRepo.Testing.Cluster;

namespace PyRepo.Kubernetes.Tests.Client;

public sealed class RequestTests : IAsyncLifetime
{
    static readonly ObjectKey _settings = new("shop", "settings");
    readonly SteppedClock _clock = new();
    ScriptedApiServer _server = null!;
    KubernetesClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await ScriptedApiServer.StartAsync();
        _client = Connections.GetClient(_server, _clock);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_request_identifies_its_client()
    {
        var asked = GetAsync();
        var request = await _server.NextAsync();
        Assert.StartsWith("pyrepo-operator/", request.Headers["User-Agent"], StringComparison.Ordinal);
        Assert.Equal("Bearer secret", request.Headers["Authorization"]);
        await request.RefuseAsync(404, "NotFound");
        Assert.Null(await asked);
    }

    [Fact]
    public async Task A_sent_write_is_awaited_while_this_process_leads_and_abandoned_otherwise()
    {
        var leads = true;
        var settings = new ClusterSettings(_server.Address, new FixedToken("secret"));
        using var client = new KubernetesClient(new ClusterConnection(settings), _clock, mayWrite: () => leads);
        var map = new ConfigMap { Metadata = new() { Namespace = _settings.Namespace, Name = _settings.Name } };
        using var stop = new CancellationTokenSource();
        var sent = client.ApplyAsync(ResourceTypes.ConfigMaps, map, stop.Token);
        var request = await _server.NextAsync();
        await stop.CancelAsync();
        await request.AnswerAsync(200, ScriptedRequest.Object("settings", "5"));
        Assert.Equal("5", (await sent).Metadata.ResourceVersion);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => client.ApplyAsync(ResourceTypes.ConfigMaps, map, stop.Token));

        using var lost = new CancellationTokenSource();
        sent = client.ApplyAsync(ResourceTypes.ConfigMaps, map, lost.Token);
        await _server.NextAsync();
        leads = false;
        await lost.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sent);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_request_that_the_server_postpones_is_retried_after_the_time_it_names(int status)
    {
        var asked = GetAsync();
        await (await _server.NextAsync()).RefuseAsync(status, "Busy", "7");
        Assert.Equal(TimeSpan.FromSeconds(7), await _clock.AdvanceToTimerAsync(TimeSpan.FromSeconds(29)));
        await (await _server.NextAsync()).AnswerAsync(200, ScriptedRequest.Object("settings", "5"));
        Assert.Equal("5", (await asked)!.Metadata.ResourceVersion);
    }

    [Fact]
    public async Task A_process_that_lost_leadership_reads_but_neither_writes_nor_retries_writes()
    {
        var leads = true;
        var settings = new ClusterSettings(_server.Address, new FixedToken("secret"));
        using var client = new KubernetesClient(new ClusterConnection(settings), _clock, mayWrite: () => leads);
        var map = new ConfigMap { Metadata = new() { Namespace = _settings.Namespace, Name = _settings.Name } };
        var applied = client.ApplyAsync(ResourceTypes.ConfigMaps, map, CancellationToken.None);
        var request = await _server.NextAsync();
        leads = false;
        await request.RefuseAsync(429, "TooManyRequests", "1");
        await _clock.AdvanceToTimerAsync(TimeSpan.FromSeconds(29));
        await Assert.ThrowsAsync<NotLeadingException>(() => applied);

        var asked = client.GetAsync(ResourceTypes.ConfigMaps, _settings, CancellationToken.None);
        var next = await _server.NextAsync();
        Assert.Equal("GET", next.Method);
        await next.RefuseAsync(404, "NotFound");
        Assert.Null(await asked);
    }

    [Fact]
    public async Task Creating_or_changing_a_Secret_does_not_request_its_content()
    {
        var secret = new Secret { Metadata = new() { Name = "one", Namespace = "packages" } };
        var made = _client.CreateUnreadAsync(ResourceTypes.Secrets, secret, CancellationToken.None);
        var request = await _server.NextAsync();
        Assert.Equal("POST", request.Method);
        Assert.StartsWith(
            "application/json;as=PartialObjectMetadata;", request.Headers["Accept"], StringComparison.Ordinal);
        await request.AnswerAsync(201, ScriptedRequest.Object("one", "5"));
        Assert.Equal("5", (await made).Metadata.ResourceVersion);

        var changed = _client.JsonPatchAsync(
            ResourceTypes.Secrets.ToMetadataOnly(), secret.Key, [new JsonObject { ["op"] = "test" }],
            CancellationToken.None);
        request = await _server.NextAsync();
        Assert.Equal(("PATCH", """[{"op":"test"}]"""), (request.Method, request.Body));
        Assert.Equal("application/json-patch+json", request.Headers["Content-Type"]);
        Assert.StartsWith(
            "application/json;as=PartialObjectMetadata;", request.Headers["Accept"], StringComparison.Ordinal);
        await request.AnswerAsync(200, ScriptedRequest.Object("one", "6"));
        Assert.Equal("6", (await changed).Metadata.ResourceVersion);
    }

    [Fact]
    public async Task A_busy_server_is_asked_at_most_ten_times()
    {
        var asked = GetAsync();
        for (var i = 1; i <= 10; i++)
        {
            await (await _server.NextAsync()).RefuseAsync(429, "TooManyRequests", "1");
            if (i < 10)
                await _clock.AdvanceToTimerAsync(TimeSpan.FromSeconds(2));
        }
        var refused = await Assert.ThrowsAsync<KubernetesException>(() => asked);
        Assert.Equal((HttpStatusCode.TooManyRequests, 10), (refused.Status, _server.Count));
    }

    [Theory]
    [InlineData(400, "BadRequest")]
    [InlineData(403, "Forbidden")]
    [InlineData(409, "Conflict")]
    [InlineData(422, "Invalid")]
    [InlineData(500, "InternalError")]
    public async Task A_rejection_is_reported_immediately_with_the_servers_message(int status, string reason)
    {
        var asked = GetAsync();
        await (await _server.NextAsync()).RefuseAsync(status, reason);
        var refused = await Assert.ThrowsAsync<KubernetesException>(() => asked);
        Assert.Equal(
            ((HttpStatusCode)status, reason, $"{reason} it is"), (refused.Status, refused.Reason, refused.Message));
        Assert.Equal(1, _server.Count);
    }

    [Fact]
    public async Task An_error_page_of_a_proxy_is_quoted()
    {
        var asked = GetAsync();
        await (await _server.NextAsync()).AnswerAsync(502, "<h1>Bad Gateway</h1>");
        var refused = await Assert.ThrowsAsync<KubernetesException>(() => asked);
        Assert.Equal("GET /api/v1/namespaces/shop/configmaps/settings was answered with 502 BadGateway. "
            + "It said: <h1>Bad Gateway</h1>", refused.Message);
    }

    [Fact]
    public async Task A_request_without_an_answer_ends_after_30_seconds()
    {
        var asked = GetAsync();
        await _server.NextAsync();
        Assert.Equal(TimeSpan.FromSeconds(30), await _clock.AdvanceToTimerAsync(TimeSpan.FromMinutes(1)));
        await Assert.ThrowsAsync<TimeoutException>(() => asked);
    }

    [Theory]
    [InlineData("shop", "..")]
    [InlineData("shop", "a/b")]
    [InlineData("shop", "a?b")]
    [InlineData("shop", "")]
    [InlineData("..", "settings")]
    [InlineData("Shop", "settings")]
    [InlineData("", "settings")]
    public async Task A_name_that_would_be_another_path_is_never_sent(string ns, string name)
    {
        await Assert.ThrowsAsync<ArgumentException>(
            () => _client.GetAsync(ResourceTypes.ConfigMaps, new(ns, name), default));
        await Assert.ThrowsAsync<ArgumentException>(
            () => _client.DeleteAsync(ResourceTypes.ConfigMaps, new(ns, name), null, default));
        Assert.Equal(0, _server.Count);
    }

    [Fact]
    public async Task The_times_of_a_lease_have_six_digits()
    {
        var lease = new Lease
        {
            Metadata = new() { Namespace = "shop", Name = "leader" },
            Spec = new() { RenewTime = new DateTimeOffset(2026, 3, 1, 13, 0, 0, TimeSpan.FromHours(1)) },
        };
        var replaced = _client.ReplaceAsync(ResourceTypes.Leases, lease, default);
        var request = await _server.NextAsync();
        Assert.Contains("\"renewTime\":\"2026-03-01T12:00:00.000000Z\"", request.Body, StringComparison.Ordinal);
        await request.AnswerAsync(200, request.Body);
        Assert.Equal(lease.Spec, (await replaced).Spec);
    }

    [Fact]
    public async Task A_custom_object_is_sent_without_the_parts_that_it_lacks()
    {
        var widgets = new ResourceType<CustomObject>(
            "example.com", "v1", "Widget", "widgets", KubernetesJson.Default.CustomObject);
        var widget = new CustomObject
        {
            Metadata = new() { Namespace = "shop", Name = "w" },
            Status = JsonElement.Parse("""{"ready":true}"""),
        };
        var applied = _client.ApplyStatusAsync(widgets, widget, default);
        var request = await _server.NextAsync();
        Assert.Equal("/apis/example.com/v1/namespaces/shop/widgets/w/status", request.Path);
        Assert.Equal("application/apply-patch+yaml", request.Headers["Content-Type"]);
        Assert.Equal("""
            {"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"w","namespace":"shop"},"status":{"ready":true}}
            """, request.Body);
        await request.AnswerAsync(200, request.Body);
        Assert.True((await applied).Status.GetProperty("ready").GetBoolean());
    }

    [Fact]
    public async Task An_object_of_the_same_name_but_another_uid_is_not_deleted()
    {
        var deleted = _client.DeleteAsync(ResourceTypes.ConfigMaps, _settings, "mine", default);
        var request = await _server.NextAsync();
        Assert.Contains("\"preconditions\":{\"uid\":\"mine\"}", request.Body, StringComparison.Ordinal);
        Assert.Contains("\"propagationPolicy\":\"Background\"", request.Body, StringComparison.Ordinal);
        await request.RefuseAsync(409, "Conflict");
        await (await _server.NextAsync()).AnswerAsync(200, ScriptedRequest.Object("settings", "5", "another"));
        Assert.False(await deleted);
    }

    Task<ConfigMap?> GetAsync() => _client.GetAsync(ResourceTypes.ConfigMaps, _settings, default);
}
