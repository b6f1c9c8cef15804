using System.Globalization;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Running;

public sealed class WaiverEventTests(ApiServer server)
{
    [Fact]
    public async Task Events_say_who_waived_a_rule_until_when_and_that_it_ended_in_time()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        var end = DateTimeOffset.UtcNow.AddSeconds(30);
        await cluster.ApplyAsync($$"""
            apiVersion: pyrepo.dev/v1alpha1
            kind: ProxyRepository
            metadata: { name: pypi }
            spec:
              policy:
                minimumAge: 7d
                waivers:
                - match: urllib3==2.6.1
                  rules: [ MinimumAge ]
                  reason: CVE-2026-1 is fixed there
                  by: alice
                  until: "{{end.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)}}"
            """);
        var begun = await cluster.UntilEventAsync("WaiverInForce", "pypi");
        foreach (var part in (string[])["alice", "urllib3==2.6.1", "MinimumAge", "CVE-2026-1 is fixed there"])
            Assert.Contains(part, begun, StringComparison.Ordinal);
        var ended = await cluster.UntilEventAsync("WaiverEnded", "pypi");
        Assert.Contains("is no longer exempt from MinimumAge, which alice had waived", ended, StringComparison.Ordinal);
        Assert.True(DateTimeOffset.UtcNow >= end.AddSeconds(-1), "It was told before its end.");
    }
}
