using System.Globalization;
using System.Text.Json;
using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Testing;
using PyRepo.Testing.Cluster;

namespace PyRepo.Kubernetes.Tests.Client;

public sealed class ListAndWatchTests : IAsyncLifetime
{
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
    public async Task A_list_is_read_in_pages_of_500()
    {
        var listed = _client.ListAsync(ResourceTypes.ConfigMaps, "shop", new("a=b,c"), default);
        var first = await _server.NextAsync();
        Assert.Equal(("500", "a=b,c"), (first.Query["limit"], first.Query["labelSelector"]));
        await first.AnswerListAsync("7", [Map("one")], "next/page");
        var second = await _server.NextAsync();
        Assert.Equal(("500", "next/page"), (second.Query["limit"], second.Query["continue"]));
        await second.AnswerListAsync("7", [Map("two")]);
        var list = await listed;
        Assert.Equal(["one", "two"], list.Items.Select(i => i.Metadata.Name));
        Assert.Equal(("7", "ConfigMap"), (list.ResourceVersion, list.Items[0].Kind));
    }

    [Fact]
    public async Task A_list_with_a_limit_is_its_first_page()
    {
        var listed = _client.ListAsync(ResourceTypes.ConfigMaps, "shop", new(Limit: 2), default);
        var request = await _server.NextAsync();
        Assert.Equal("2", request.Query["limit"]);
        await request.AnswerListAsync("7", [Map("one"), Map("two")], "next");
        Assert.Equal(["one", "two"], (await listed).Items.Select(i => i.Metadata.Name));
    }

    [Fact]
    public async Task A_list_is_read_whatever_the_sizes_of_its_objects_and_the_order_of_its_parts()
    {
        var text = new string('x', 200_000);
        var listed = _client.ListAsync(ResourceTypes.ConfigMaps, "shop", null, default);
        await (await _server.NextAsync()).AnswerAsync(200, $$"""
            { "items": [ {{Map("one")}}, {{ScriptedRequest.Object("large", "2", more: $$$""","data":{"a":"{{{text}}}"}""")}},
              {{Map("two")}} ], "other": { "items": [ 1 ] }, "kind": "List", "metadata": { "resourceVersion": "7" } }
            """);
        var list = await listed;
        Assert.Equal(["one", "large", "two"], list.Items.Select(i => i.Metadata.Name));
        Assert.Equal(("7", text), (list.ResourceVersion, list.Items[1].Data!["a"]));

        listed = _client.ListAsync(ResourceTypes.ConfigMaps, "shop", null, default);
        await (await _server.NextAsync()).AnswerAsync(200, """{ "items": null, "metadata": {} }""");
        Assert.Empty((await listed).Items);

        listed = _client.ListAsync(ResourceTypes.ConfigMaps, "shop", null, default);
        await (await _server.NextAsync()).AnswerAsync(200, $$"""{ "items": [ {{Map("one")}}""");
        await Assert.ThrowsAnyAsync<JsonException>(() => listed);
    }

    [Fact]
    public async Task A_list_that_expires_between_two_pages_starts_over()
    {
        var listed = _client.ListAsync(ResourceTypes.ConfigMaps, null, null, default);
        await (await _server.NextAsync()).AnswerListAsync("7", [Map("gone")], "next");
        await (await _server.NextAsync()).RefuseAsync(410, "Expired");
        var again = await _server.NextAsync();
        Assert.False(again.Query.ContainsKey("continue"));
        await again.AnswerListAsync("9", [Map("there")]);
        Assert.Equal("there", Assert.Single((await listed).Items).Metadata.Name);
    }

    [Fact]
    public async Task A_watch_asks_for_bookmarks_and_an_end_between_5_and_10_minutes()
    {
        await using var events = Watch("7");
        var next = events.MoveNextAsync().AsTask();
        var watch = await _server.BeginWatchAsync();
        Assert.Equal(("true", "7"), (watch.Query["allowWatchBookmarks"], watch.Query["resourceVersion"]));
        Assert.InRange(int.Parse(watch.Query["timeoutSeconds"], CultureInfo.InvariantCulture), 300, 600);
        watch.End();
        Assert.False(await next);
    }

    [Fact]
    public async Task An_object_of_three_megabytes_is_read_from_a_watch()
    {
        await using var events = Watch("7");
        var next = events.MoveNextAsync().AsTask();
        var watch = await _server.BeginWatchAsync();
        var text = new string('x', 3_000_000);
        await watch.SendAsync("ADDED", ScriptedRequest.Object("large", "8", more: $$""","data":{"a":"{{text}}"}"""));
        await watch.SendAsync("DELETED", Map("small"));
        Assert.True(await next);
        Assert.Equal(text, events.Current.Object.Data!["a"]);
        Assert.True(await events.MoveNextAsync());
        Assert.Equal((WatchEventType.Deleted, "small"), (events.Current.Type, events.Current.Object.Metadata.Name));
    }

    [Fact]
    public async Task A_watch_that_ends_in_the_middle_of_a_line_is_an_error()
    {
        await using var events = Watch("7");
        var next = events.MoveNextAsync().AsTask();
        var watch = await _server.BeginWatchAsync();
        await watch.SendTextAsync("""{"type":"ADDED","obj""");
        watch.End();
        await Assert.ThrowsAsync<IOException>(() => next);
    }

    [Fact]
    public async Task Only_metadata_is_requested_for_a_kind_without_content()
    {
        var metadata = ResourceTypes.Pods.ToMetadataOnly();
        var listed = _client.ListAsync(metadata, "shop", null, default);
        var list = await _server.NextAsync();
        Assert.Equal("application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1", list.Headers["Accept"]);
        await list.AnswerListAsync("7", [Map("one")]);
        Assert.Equal("Pod", (await listed).Items[0].Kind);
        await using var events = _client.WatchAsync(metadata, "shop", null, "7", default).GetAsyncEnumerator();
        var next = events.MoveNextAsync().AsTask();
        var watch = await _server.BeginWatchAsync();
        Assert.Equal("application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1", watch.Headers["Accept"]);
        watch.End();
        Assert.False(await next);
    }

    IAsyncEnumerator<WatchEvent<ConfigMap>> Watch(string resourceVersion) =>
        _client.WatchAsync(ResourceTypes.ConfigMaps, "shop", null, resourceVersion, default).GetAsyncEnumerator();

    static string Map(string name) => ScriptedRequest.Object(name, "1");
}
