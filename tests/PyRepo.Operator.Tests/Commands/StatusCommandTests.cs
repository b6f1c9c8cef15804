using System.Globalization;
using PyRepo.Operator.Commands;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Commands;

public sealed class StatusCommandTests
{
    [Fact]
    public async Task It_needs_no_settings()
    {
        await using var server = await ScriptedApiServer.StartAsync();
        using var folder = new TemporaryFolder();
        var kubeconfig = folder.Write("config", $$"""
            current-context: test
            contexts: [ { name: test, context: { cluster: test, user: test } } ]
            clusters: [ { name: test, cluster: { server: "{{server.Address}}" } } ]
            users: [ { name: test, user: {} } ]
            """);
        var answering = AnswerAsync(server);
        Assert.Equal(0, await StatusCommand.Create().Parse(["--kubeconfig", kubeconfig]).InvokeAsync());
        await answering;
    }

    static async Task AnswerAsync(ScriptedApiServer server)
    {
        for (var kind = 0; kind < 3; kind++)
            await server.AnswerListAsync("1");
        var lease = await server.NextAsync();
        Assert.EndsWith("/namespaces/default/leases/pyrepo-operator", lease.Path, StringComparison.Ordinal);
        var now = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        await lease.AnswerAsync(200, $$"""
            {
              "metadata": { "name": "pyrepo-operator", "namespace": "default" },
              "spec": {
                "holderIdentity": "operator-0", "leaseDurationSeconds": 60,
                "acquireTime": "{{now}}", "renewTime": "{{now}}"
              }
            }
            """);
    }
}
