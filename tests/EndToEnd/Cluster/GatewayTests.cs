namespace EndToEnd.Cluster;

/// <summary>Gateway API instead of an Ingress.</summary>
public sealed class GatewayTests
{
    [ClusterFact]
    public async Task A_repository_is_reached_through_an_HTTPRoute()
    {
        await using var ns = await ClusterNamespace.CreateAsync();
        await ns.ApplyAsync($$"""
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: { name: public }
            spec:
              gatewayClassName: traefik
              listeners: [ { name: web, port: 80, protocol: HTTP } ]
            ---
            apiVersion: pyrepo.dev/v1alpha1
            kind: PythonRepository
            metadata: { name: team }
            spec:
              storage: { ephemeral: {} }
              gateway: { parentRefs: [ { name: public } ], hostnames: [ {{ns.Host}} ] }
            """);
        await ns.UntilReadyAsync("pythonrepository/team");
        await ns.UntilReachableAsync("/simple/");
        await ns.UploadAsync("/", await ns.PasswordAsync("team"), TestWheel.Module("acme-lib", "1.0", "value = 1\n"));
        Assert.EndsWith(
            $"://{ns.Host}/", await ns.FieldAsync("pythonrepository/team", ".status.url"), StringComparison.Ordinal);

        await ns.KubectlAsync("delete", "httproute/team", "--wait=false");
        await ns.UntilReachableAsync("/simple/acme-lib/");
    }
}
