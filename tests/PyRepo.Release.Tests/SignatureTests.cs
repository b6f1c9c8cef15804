using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace PyRepo.Release.Tests;

/// <summary>
/// Signatures in the forms that cosign verifies, checked by this platform's cryptography (OpenSSL), not by what made them.
/// </summary>
public sealed class SignatureTests(ReleaseFixture release)
{
    public static TheoryData<string> Layouts => [.. ReleaseFolder.Layouts];

    /// <summary>https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md</summary>
    [Theory]
    [MemberData(nameof(Layouts))]
    public void Cosign_1_and_2_find_a_signature_by_its_tag(string layout)
    {
        var subject = release.Signed.Version(layout);
        var manifest = Tagged(layout, subject, "sig");
        var layer = Assert.Single(manifest["layers"]!.AsArray())!;
        Assert.Equal("application/vnd.dev.cosign.simplesigning.v1+json", (string?)layer["mediaType"]);
        var payload = release.Signed.Blob(layout, layer);
        Assert.True(release.Verify(payload, (string)layer["annotations"]!["dev.cosignproject.cosign/signature"]!));
        var critical = JsonNode.Parse(payload)!["critical"]!;
        Assert.Equal((string?)subject["digest"], (string?)critical["image"]!["docker-manifest-digest"]);
        Assert.Equal($"ghcr.io/pyrepo/{layout}", (string?)critical["identity"]!["docker-reference"]);
        Assert.Equal("cosign container image signature", (string?)critical["type"]);
        AssertLooksLikeAnImage(layout, manifest);
    }

    /// <summary>https://github.com/sigstore/cosign/blob/main/specs/BUNDLE_SPEC.md</summary>
    [Theory]
    [MemberData(nameof(Layouts))]
    public void Cosign_3_finds_a_bundle_among_the_referrers(string layout)
    {
        var subject = release.Signed.Version(layout);
        var statement = Bundled(layout, subject, "https://sigstore.dev/cosign/sign/v1");
        Assert.Equal(DigestOf(subject), (string?)statement["subject"]![0]!["digest"]!["sha256"]);
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void The_provenance_is_attested_in_both_forms(string layout)
    {
        var subject = release.Signed.Version(layout);
        var statement = Bundled(layout, subject, "https://slsa.dev/provenance/v1");
        Assert.Contains(
            statement["subject"]!.AsArray(), one => (string?)one!["digest"]!["sha256"] == DigestOf(subject));
        Assert.True(JsonNode.DeepEquals(statement, Attested(layout, subject, "https://slsa.dev/provenance/v1")));
    }

    [Theory]
    [InlineData("pyrepo")]
    [InlineData("pyrepo-operator")]
    public void The_parts_of_each_platform_are_attested_in_both_forms(string layout)
    {
        var index = release.Signed.Document(layout, release.Signed.Version(layout));
        foreach (var platform in index["manifests"]!.AsArray())
        {
            var statement = Bundled(layout, platform!, "https://spdx.dev/Document");
            Assert.Equal(DigestOf(platform!), (string?)statement["subject"]![0]!["digest"]!["sha256"]);
            Assert.Equal(
                $"{layout}-{platform!["platform"]!["architecture"]}", (string?)statement["predicate"]!["name"]);
            Assert.True(JsonNode.DeepEquals(statement, Attested(layout, platform, "https://spdx.dev/Document")));
        }
    }

    [Fact]
    public void The_checksums_are_signed()
    {
        var sums = release.Signed.Files["SHA256SUMS"];
        Assert.True(release.Verify(sums, release.Signed.Text("SHA256SUMS.sig").Trim()));
        var bundle = release.Signed.Json("SHA256SUMS.sigstore.json");
        Assert.True(release.Verify(sums, (string)bundle["messageSignature"]!["signature"]!));
        Assert.False(release.Verify([.. sums, 1], (string)bundle["messageSignature"]!["signature"]!));
        Assert.Equal(release.Key.ExportSubjectPublicKeyInfoPem() + "\n", release.Signed.Text("cosign.pub"));
    }

    [Fact]
    public void Without_a_key_nothing_is_signed_and_the_notes_say_so()
    {
        Assert.DoesNotContain(
            release.Unsigned.Files.Keys, name => name.Contains("sigstore", StringComparison.Ordinal)
                || name.EndsWith(".sig", StringComparison.Ordinal) || name.EndsWith(".pub", StringComparison.Ordinal));
        Assert.DoesNotContain(
            ReleaseFolder.Layouts.SelectMany(layout => release.Unsigned.Tags(layout).Keys),
            tag => tag.EndsWith(".sig", StringComparison.Ordinal) || tag.EndsWith(".att", StringComparison.Ordinal));
        Assert.Contains(
            "Nothing of this release is signed.", release.Unsigned.Text("notes.md"), StringComparison.Ordinal);
        Assert.DoesNotContain("Nothing of", release.Signed.Text("notes.md")[..900], StringComparison.Ordinal);
    }

    /// <summary>The statement of a bundle with a predicate, whose signature is verified.</summary>
    JsonNode Bundled(string layout, JsonNode subject, string predicateType)
    {
        var referrer = Assert.Single(
            release.Signed.Referrers(layout, subject),
            one => (string?)one["annotations"]?["dev.sigstore.bundle.predicateType"] == predicateType);
        Assert.Equal("application/vnd.dev.sigstore.bundle.v0.3+json", (string?)referrer["artifactType"]);
        var manifest = release.Signed.Document(layout, referrer);
        Assert.Equal("application/vnd.oci.empty.v1+json", (string?)manifest["config"]!["mediaType"]);
        var bundle = release.Signed.Document(layout, Assert.Single(manifest["layers"]!.AsArray())!);
        Assert.Equal("application/vnd.dev.sigstore.bundle.v0.3+json", (string?)bundle["mediaType"]);
        Assert.NotEmpty((string)bundle["verificationMaterial"]!["publicKey"]!["hint"]!);
        return Statement(bundle["dsseEnvelope"]!, predicateType);
    }

    /// <summary>The statement of an attestation of cosign 1 and 2 with a predicate, likewise.</summary>
    JsonNode Attested(string layout, JsonNode subject, string predicateType)
    {
        var manifest = Tagged(layout, subject, "att");
        var layer = Assert.Single(
            manifest["layers"]!.AsArray(), one => (string?)one!["annotations"]!["predicateType"] == predicateType)!;
        Assert.Equal("application/vnd.dsse.envelope.v1+json", (string?)layer["mediaType"]);
        AssertLooksLikeAnImage(layout, manifest);
        return Statement(release.Signed.Document(layout, layer), predicateType);
    }

    JsonNode Statement(JsonNode envelope, string predicateType)
    {
        const string type = "application/vnd.in-toto+json";
        Assert.Equal(type, (string?)envelope["payloadType"]);
        var payload = Convert.FromBase64String((string)envelope["payload"]!);
        var signed = Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"DSSEv1 {type.Length} {type} {payload.Length} ")).Concat(payload).ToArray();
        Assert.True(release.Verify(signed, (string)Assert.Single(envelope["signatures"]!.AsArray())!["sig"]!));
        var statement = JsonNode.Parse(payload)!;
        Assert.Equal("https://in-toto.io/Statement/v1", (string?)statement["_type"]);
        Assert.Equal(predicateType, (string?)statement["predicateType"]);
        return statement;
    }

    JsonNode Tagged(string layout, JsonNode subject, string ending) => release.Signed.Document(
        layout, release.Signed.Tags(layout)[$"{ReleaseFolder.TagOf(subject)}.{ending}"]);

    /// <summary>The older forms are read as images: with a config that lists their layers.</summary>
    void AssertLooksLikeAnImage(string layout, JsonNode manifest)
    {
        Assert.Equal("application/vnd.oci.image.config.v1+json", (string?)manifest["config"]!["mediaType"]);
        var config = release.Signed.Document(layout, manifest["config"]!);
        Assert.Equal(
            manifest["layers"]!.AsArray().Select(layer => (string)layer!["digest"]!),
            config["rootfs"]!["diff_ids"]!.AsArray().Select(id => (string)id!));
    }

    static string DigestOf(JsonNode manifest) => ((string)manifest["digest"]!)["sha256:".Length..];
}
