using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Tests.Client;
using PyRepo.Kubernetes.Watching;
using PyRepo.Testing;
using PyRepo.Testing.Cluster;

namespace PyRepo.Kubernetes.Tests.Watching;

/// <summary>What the process weighs is measured, so nothing runs beside it.</summary>
[CollectionDefinition(nameof(InformerMemoryTests), DisableParallelization = true)]
[Collection(nameof(InformerMemoryTests))]
public sealed class InformerMemoryTests
{
    [Fact]
    public async Task Memory_does_not_grow_with_reconnects()
    {
        var clock = new SteppedClock();
        await using var server = await ScriptedApiServer.StartAsync();
        using var client = Connections.GetClient(server, clock);
        using var ending = new CancellationTokenSource();
        var informer = new Informer<ConfigMap>(
            client, ResourceTypes.ConfigMaps, new(), clock, NullLogger.Instance);
        var running = informer.RunAsync(ending.Token);
        await server.AnswerListAsync("1", [.. Enumerable.Range(0, 1000).Select(i => Map($"map-{i}", 1))]);
        // Pools and caches fill up first.
        await ReconnectAsync(server, 2000);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await ReconnectAsync(server, 3000);
        var growth = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.True(growth < 300_000, $"{growth} bytes more after 3,000 reconnects");
        Assert.Equal(1000, informer.All.Count);
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    static async Task ReconnectAsync(ScriptedApiServer server, int times)
    {
        for (var i = 0; i < times; i++)
        {
            var watch = await server.BeginWatchAsync();
            await watch.SendAsync("MODIFIED", Map("map-7", server.Count));
            watch.End();
        }
    }

    static string Map(string name, int version) => ScriptedRequest.Object(name, $"{version}");
}
