using System.Security.Cryptography;
using System.Text.Json.Nodes;
using PyRepo.Release.Oci;

namespace PyRepo.Release.Tests;

/// <summary>The layouts of a release, which a registry takes as they are.</summary>
public sealed class LayoutTests(ReleaseFixture release)
{
    public static TheoryData<string> Layouts => [.. ReleaseFolder.Layouts];

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Each_blob_has_the_digest_of_its_name_and_is_used(string layout)
    {
        var blobs = Path.Combine(release.Signed.Path, "oci", layout, "blobs", "sha256");
        var names = Directory.GetFiles(blobs).ToDictionary(file => Path.GetFileName(file), File.ReadAllBytes);
        Assert.All(names, blob => Assert.Equal(blob.Key, Convert.ToHexStringLower(SHA256.HashData(blob.Value))));
        var used = new HashSet<string>(release.Signed.Tags(layout).Values.SelectMany(tag => Reached(layout, tag)));
        Assert.Equal(names.Keys.Order(), used.Order());
    }

    [Theory]
    [InlineData("pyrepo")]
    [InlineData("pyrepo-operator")]
    public void An_image_is_one_index_of_both_processors(string layout)
    {
        var index = release.Signed.Document(layout, release.Signed.Version(layout));
        Assert.Equal(
            ["linux/amd64", "linux/arm64"],
            index["manifests"]!.AsArray()
                .Select(entry => $"{entry!["platform"]!["os"]}/{entry["platform"]!["architecture"]}"));
        Assert.All(index["manifests"]!.AsArray(), entry =>
        {
            var config = release.Signed.Document(layout, release.Signed.Document(layout, entry!)["config"]!);
            Assert.Equal((string?)entry!["platform"]!["architecture"], (string?)config["architecture"]);
        });
        Assert.Equal(ReleaseFixture.Version, (string?)index["annotations"]!["org.opencontainers.image.version"]);
        Assert.Equal(
            ReleaseFixture.Source.Commit, (string?)index["annotations"]!["org.opencontainers.image.revision"]);
    }

    [Fact]
    public void Each_platform_has_its_list_of_parts_in_the_registry()
    {
        foreach (var platform in Platforms("pyrepo"))
        {
            var referrer = Assert.Single(
                release.Unsigned.Referrers("pyrepo", platform),
                one => (string?)one["artifactType"] == "application/spdx+json");
            var sbom = release.Unsigned.Document("pyrepo", referrer)["layers"]![0]!;
            var architecture = (string)platform["platform"]!["architecture"]!;
            Assert.Equal(
                release.Unsigned.Files[$"pyrepo-{architecture}.spdx.json"], release.Unsigned.Blob("pyrepo", sbom));
        }
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void What_refers_to_a_manifest_names_it_as_its_subject_and_stands_under_its_digest(string layout)
    {
        var subject = release.Signed.Version(layout);
        var referrers = release.Signed.Referrers(layout, subject);
        Assert.Equal(
            [
                "application/vnd.dev.cosign.artifact.att.v1+json", "application/vnd.dev.cosign.artifact.sig.v1+json",
                "application/vnd.dev.sigstore.bundle.v0.3+json", "application/vnd.dev.sigstore.bundle.v0.3+json",
                "application/vnd.in-toto+json",
            ],
            referrers.Select(referrer => (string)referrer["artifactType"]!).Order());
        Assert.All(referrers, referrer =>
        {
            var manifest = release.Signed.Document(layout, referrer);
            Assert.Equal((string?)referrer["artifactType"], (string?)manifest["artifactType"]);
            Assert.Equal((string?)subject["digest"], (string?)manifest["subject"]!["digest"]);
            Assert.Equal((string?)subject["mediaType"], (string?)manifest["subject"]!["mediaType"]);
            Assert.Equal((long?)subject["size"], (long?)manifest["subject"]!["size"]);
        });
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void A_registry_is_sent_a_manifest_after_all_that_it_names(string layout)
    {
        var lines = release.Signed.Text("uploads.txt").Split('\n').Select(line => line.Split(' '))
            .Where(line => line[0] == layout).ToList();
        var sent = new HashSet<string>();
        foreach (var line in lines)
        {
            if (line[1] != "blob")
            {
                var named = new JsonObject { ["mediaType"] = line[1], ["digest"] = line[2] };
                Assert.Superset(Reached(layout, named).Skip(1).Select(one => $"sha256:{one}").ToHashSet(), sent);
            }
            sent.Add(line[2]);
        }
        Assert.Equal(
            Directory.GetFiles(Path.Combine(release.Signed.Path, "oci", layout, "blobs", "sha256"))
                .Select(file => $"sha256:{Path.GetFileName(file)}").Order(),
            sent.Order());
        Assert.Equal(
            release.Signed.Tags(layout).Keys.Order(),
            lines.Where(line => line.Length == 4).Select(line => line[3]).Order());
    }

    [Fact]
    public void An_image_for_another_processor_is_refused()
    {
        using var folder = new TemporaryFolder();
        OciArchive.Of("amd64", "pyrepo", "text").Save(folder["pyrepo.tar"]);
        Assert.Contains(
            "for amd64, not for arm64",
            Assert.Throws<FormatException>(() => ImageArchive.Read(folder.Path, "pyrepo", "arm64")).Message,
            StringComparison.Ordinal);
    }

    IEnumerable<JsonNode> Platforms(string layout) =>
        release.Unsigned.Document(layout, release.Unsigned.Version(layout))["manifests"]!.AsArray().Select(one => one!);

    /// <summary>The blobs that a registry needs for a manifest or an index.</summary>
    IEnumerable<string> Reached(string layout, JsonNode descriptor)
    {
        yield return ((string)descriptor["digest"]!)["sha256:".Length..];
        if ((string)descriptor["mediaType"]! is not ("application/vnd.oci.image.index.v1+json"
            or "application/vnd.oci.image.manifest.v1+json"))
            yield break;
        var document = release.Signed.Document(layout, descriptor);
        var next = (document["manifests"]?.AsArray() ?? document["layers"]!.AsArray()).Select(one => one!);
        if (document["config"] is { } config)
            next = next.Append(config);
        foreach (var blob in next.SelectMany(one => Reached(layout, one)))
            yield return blob;
    }
}
