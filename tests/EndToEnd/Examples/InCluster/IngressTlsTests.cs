using EndToEnd.Cluster;

namespace EndToEnd.Examples.InCluster;

/// <summary>The example <c>ingress-tls</c>, behind the cluster's Traefik.</summary>
[Example("ingress-tls")]
public sealed class IngressTlsTests
{
    [ClusterFact]
    public async Task A_package_is_uploaded_and_installed_over_TLS_with_the_certificate_of_the_Secret()
    {
        await using var ns = await ClusterNamespace.CreateAsync();
        await using var example = new Example("ingress-tls")
            .With("pypi.example.com", ns.Host)
            .With("--namespace packages", $"--namespace {ns.Name}");
        await example.RunAsync();
    }
}
