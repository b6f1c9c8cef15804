using System.Security.Cryptography;
using System.Text.Json.Nodes;
using EndToEnd.Cluster;

namespace EndToEnd.FromEmpty;

/// <summary>A release on its way through a registry of one's own.</summary>
[Collection(nameof(Alone))]
public sealed class ReleaseTests : IAsyncLifetime
{
    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (ClusterFactAttribute.Reason is null)
            await EmptyCluster.MakeAsync();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => InitializeAsync();

    [ClusterFact]
    public async Task Its_chart_installs_its_images_by_digest_from_a_registry_that_has_the_signatures_too()
    {
        Assert.SkipWhen(LocalRegistry.Missing is not null, LocalRegistry.Missing ?? "");
        using var release = await MadeRelease.MakeAsync();
        using var registry = await LocalRegistry.StartAsync();
        (await new ProgramRun(
            Path.Combine(release.Path, "push.sh"), "--plain-http", $"{LocalRegistry.Address}/pyrepo").RunAsync())
            .MustSucceed();
        var server = release.Image(LocalRegistry.Address, "pyrepo");
        var digest = server[(server.IndexOf('@', StringComparison.Ordinal) + 1)..];
        Assert.Equal(digest, await registry.DigestAsync("pyrepo/pyrepo", "0.1.0"));
        await AssertSignedAsync(release, registry, digest);

        const string images = $"{LocalRegistry.Address}/pyrepo";
        (await new ProgramRun(
            "helm", "install", "pyrepo-operator", $"oci://{images}/charts/pyrepo-operator", "--version", "0.1.0",
            "--plain-http", "--namespace", "pyrepo-system", "--create-namespace", "--wait", KubectlTimeout.Option,
            "--set", $"image.repository={images}/pyrepo-operator",
            "--set", $"server.image.repository={images}/pyrepo").RunAsync()).MustSucceed();
        Assert.Equal(
            release.Image(LocalRegistry.Address, "pyrepo-operator"),
            await Kubectl.AskAsync(
                "get", "deployment", "pyrepo-operator", "-n", "pyrepo-system", "-o",
                "jsonpath={.spec.template.spec.containers[0].image}"));
        await using var ns = await ClusterNamespace.CreateAsync();
        await ns.ApplyAsync($$"""
            apiVersion: pyrepo.dev/v1alpha1
            kind: PythonRepository
            metadata: { name: team }
            spec:
              storage: { ephemeral: {} }
              ingress: { host: {{ns.Host}} }
            """);
        await ns.UntilReadyAsync("pythonrepository/team");
        await ns.UntilReachableAsync("/simple/");
        Assert.Equal(
            server, await ns.FieldAsync("pods", ".items[0].spec.containers[0].image"));
    }

    /// <summary>As cosign 2 finds it by a tag, and cosign 3 among what refers to the image.</summary>
    static async Task AssertSignedAsync(MadeRelease release, LocalRegistry registry, string digest)
    {
        var tag = digest.Replace(':', '-');
        var layer = (await registry.ManifestAsync("pyrepo/pyrepo", $"{tag}.sig"))["layers"]![0]!;
        var payload = await registry.BlobAsync("pyrepo/pyrepo", layer);
        Assert.Equal(digest, (string?)JsonNode.Parse(payload)!["critical"]!["image"]!["docker-manifest-digest"]);
        Assert.True(release.Key.VerifyData(
            payload, Convert.FromBase64String((string)layer["annotations"]!["dev.cosignproject.cosign/signature"]!),
            HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        var referrers = (await registry.ManifestAsync("pyrepo/pyrepo", tag))["manifests"]!.AsArray();
        var bundle = Assert.Single(referrers, one => (string?)one!["annotations"]?["dev.sigstore.bundle.predicateType"]
            == "https://sigstore.dev/cosign/sign/v1")!;
        Assert.Equal(
            digest,
            (string?)(await registry.ManifestAsync("pyrepo/pyrepo", (string)bundle["digest"]!))["subject"]!["digest"]);
    }
}
