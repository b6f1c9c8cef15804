using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Apps;
using PyRepo.Kubernetes.Objects.Coordination;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Kubernetes.Watching;
using PyRepo.Testing.Cluster;

namespace PyRepo.Kubernetes.Tests.Client;

[Trait("Kubernetes", "oldest")]
public sealed class RealApiServerTests(ApiServer server)
{
    [Fact]
    public async Task An_object_is_made_changed_and_deleted()
    {
        using var client = Connect();
        var key = new ObjectKey(await server.NewNamespaceAsync(), "settings");
        Assert.Null(await client.GetAsync(ResourceTypes.ConfigMaps, key, default));
        var created = await client.CreateAsync(ResourceTypes.ConfigMaps, Map(key, "one"), default);
        var taken = await Assert.ThrowsAsync<KubernetesException>(
            () => client.CreateAsync(ResourceTypes.ConfigMaps, Map(key, "two"), default));
        Assert.Equal((true, "AlreadyExists"), (taken.IsConflict, taken.Reason));
        var patch = new JsonObject { ["data"] = new JsonObject { ["b"] = "patched" } };
        var patched = await client.PatchAsync(ResourceTypes.ConfigMaps, key, patch, default);
        Assert.Equal("patched", patched.Data!["b"]);
        await Assert.ThrowsAsync<KubernetesException>(
            () => client.ReplaceAsync(ResourceTypes.ConfigMaps, created, default));
        await client.ReplaceAsync(ResourceTypes.ConfigMaps, patched with { Data = null }, default);
        Assert.Null((await client.GetAsync(ResourceTypes.ConfigMaps, key, default))!.Data);
        Assert.False(await client.DeleteAsync(ResourceTypes.ConfigMaps, key, Guid.NewGuid().ToString(), default));
        Assert.True(await client.DeleteAsync(ResourceTypes.ConfigMaps, key, created.Metadata.Uid, default));
        Assert.False(await client.DeleteAsync(ResourceTypes.ConfigMaps, key, created.Metadata.Uid, default));
    }

    [Fact]
    public async Task A_future_version_is_distinguished_from_a_past_one()
    {
        using var client = Connect();
        var ns = await server.NewNamespaceAsync();
        var now = (await client.ListAsync(ResourceTypes.ConfigMaps, ns, null, default)).ResourceVersion;
        Assert.True(await client.HasReachedAsync(ResourceTypes.ConfigMaps, ns, null, now, default));
        Assert.False(await client.HasReachedAsync(ResourceTypes.ConfigMaps, ns, null, $"9{now}", default));
    }

    [Fact]
    public async Task Applied_text_of_any_script_arrives_unchanged()
    {
        const string Text =
            "größer <b>&amp;</b> \"q\" \\ \u007f \u0085 \u00a0 \u2028 \ufeff 名 😀🚀 \t\n \\ud83d\\ude00 \u0001";
        using var client = Connect();
        var since = server.Audit.End;
        var key = new ObjectKey(await server.NewNamespaceAsync(), "text");
        var applied = await client.ApplyAsync(ResourceTypes.ConfigMaps, Map(key, Text), default);
        Assert.Equal(Text, applied.Data!["a"]);
        var patch = new JsonObject { ["data"] = new JsonObject { ["a"] = Text + "!" } };
        Assert.Equal(Text + "!", (await client.PatchAsync(ResourceTypes.ConfigMaps, key, patch, default)).Data!["a"]);
        Assert.Contains(server.Audit.Read(since), e => e.Verb == "patch"
            && e.UserAgent.StartsWith("pyrepo-operator/", StringComparison.Ordinal)
            && e.RequestUri.EndsWith("?fieldManager=pyrepo-operator&force=true", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Applying_without_a_field_removes_it_and_keeps_fields_of_other_managers()
    {
        using var client = Connect();
        var key = new ObjectKey(await server.NewNamespaceAsync(), "settings");
        await client.ApplyAsync(ResourceTypes.ConfigMaps, Map(key, "mine"), default);
        const string Patch = """{"data":{"theirs":"x"}}""";
        (await server.RunKubectlAsync(["patch", "configmap", "settings", "-n", key.Namespace, "-p", Patch]))
            .MustSucceed();
        var applied = await client.ApplyAsync(ResourceTypes.ConfigMaps, Map(key, null), default);
        Assert.Equal("x", Assert.Single(applied.Data!).Value);
        Assert.Equal("theirs", applied.Data!.Single().Key);
    }

    [Fact]
    public async Task A_status_is_applied_next_to_the_spec()
    {
        using var client = Connect();
        var key = new ObjectKey(await server.NewNamespaceAsync(), "claim");
        (await server.RunKubectlAsync(["create", "-f", "-"], $$$"""
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: claim, namespace: {{{key.Namespace}}}}
            spec:
              selector: {matchLabels: {a: b}}
              template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}
            """)).MustSucceed();
        var status = new Deployment
        {
            Metadata = new() { Namespace = key.Namespace, Name = key.Name },
            Status = new() { Replicas = 3 },
        };
        var applied = await client.ApplyStatusAsync(ResourceTypes.Deployments, status, default);
        Assert.Equal((3, 1), (applied.Status?.Replicas, applied.Spec?.Replicas));
    }

    [Fact]
    public async Task A_lease_is_written_with_its_times()
    {
        using var client = Connect();
        var time = new DateTimeOffset(2026, 3, 1, 12, 0, 0, 123, 456, TimeSpan.Zero);
        var lease = new Lease
        {
            Metadata = new() { Namespace = await server.NewNamespaceAsync(), Name = "leader" },
            Spec = new() { HolderIdentity = "me", AcquireTime = time, RenewTime = time, LeaseDurationSeconds = 15 },
        };
        Assert.Equal(lease.Spec, (await client.CreateAsync(ResourceTypes.Leases, lease, default)).Spec);
    }

    [Fact]
    public async Task A_thousand_objects_are_listed_in_three_pages_and_watched_on()
    {
        using var client = Connect();
        var ns = await server.NewNamespaceAsync();
        await Parallel.ForAsync(0, 1001, async (i, ct) =>
            await client.CreateAsync(ResourceTypes.ConfigMaps, Map(new(ns, $"map-{i}"), "x"), ct));
        var since = server.Audit.End;
        using var ending = new CancellationTokenSource();
        var informer = new Informer<PartialObjectMetadata>(
            client, ResourceTypes.ConfigMaps.ToMetadataOnly(), new([ns]), TimeProvider.System, NullLogger.Instance);
        var gone = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        informer.Changed += change =>
        {
            if (change.After is null)
                gone.TrySetResult(change.Before?.Metadata.Name);
        };
        var running = informer.RunAsync(ending.Token);
        await informer.Synced;
        Assert.Equal(1001, informer.All.Count);
        Assert.Equal(3, server.Audit.Read(since).Count(e => e.Verb == "list" && e.ObjectRef?.Namespace == ns));
        Assert.True(await client.DeleteAsync(ResourceTypes.ConfigMaps, new(ns, "map-7"), null, default));
        Assert.Equal("map-7", await gone.Task);
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    KubernetesClient Connect() =>
        new(ClusterConnection.Open(server.Kubeconfig, null, TimeProvider.System), TimeProvider.System);

    static ConfigMap Map(ObjectKey key, string? text) => new()
    {
        Metadata = new() { Namespace = key.Namespace, Name = key.Name },
        Data = text is null ? null : new Dictionary<string, string> { ["a"] = text },
    };
}
