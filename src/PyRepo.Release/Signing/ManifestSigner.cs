using System.Text.Json.Nodes;
using PyRepo.Release.Files;
using PyRepo.Release.Oci;
using PyRepo.Release.Provenance;

namespace PyRepo.Release.Signing;

/// <summary>
/// Signs a manifest in a layout, and attests something of it, in both forms that <c>cosign verify --key</c> looks for: that of
/// cosign 1 and 2 (the tags <c>sha256-DIGEST.sig</c> and <c>.att</c>, here referrers, too;
/// <see href="https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md"/>), and that of cosign 3 (bundles among the
/// referrers; <see href="https://github.com/sigstore/cosign/blob/main/specs/BUNDLE_SPEC.md"/>).
/// </summary>
/// <param name="key">The release's key.</param>
/// <param name="created">When the release was made.</param>
sealed class ManifestSigner(SigningKey key, DateTimeOffset created)
{
    const string SignatureAnnotation = "dev.cosignproject.cosign/signature";

    /// <summary>Signs a manifest.</summary>
    public void Sign(OciLayout layout, Descriptor subject)
    {
        var payload = JsonBytes.Write(Payload(layout.Repository, subject.Digest));
        var layer = layout.Add(MediaTypes.SimpleSigning, payload)
            .Annotate(SignatureAnnotation, Convert.ToBase64String(key.Sign(payload)));
        layout.Tag($"{subject.DigestTag}.sig", layout.AddArtifact(new(MediaTypes.CosignSignature, layer)
        {
            Config = AddConfig(layout, layer),
            Subject = subject,
        }));
        AddBundle(layout, subject, Statement.Signature(subject));
    }

    /// <summary>Signs statements about a manifest.</summary>
    public void Attest(OciLayout layout, Descriptor subject, params IReadOnlyList<Statement> statements)
    {
        Descriptor[] layers =
        [
            .. from statement in statements
               select layout.Add(MediaTypes.Dsse, DsseEnvelope.Sign(key, statement.Bytes))
                   .Annotate(SignatureAnnotation, "").Annotate("predicateType", statement.PredicateType),
        ];
        layout.Tag($"{subject.DigestTag}.att", layout.AddArtifact(new(MediaTypes.CosignAttestation, [.. layers])
        {
            Config = AddConfig(layout, layers),
            Subject = subject,
        }));
        foreach (var statement in statements)
            AddBundle(layout, subject, statement);
    }

    void AddBundle(OciLayout layout, Descriptor subject, Statement statement)
    {
        var bundle = SigstoreBundle.Of(key, DsseEnvelope.Sign(key, statement.Bytes));
        var layer = layout.Add(MediaTypes.SigstoreBundle, bundle);
        layout.AddArtifact(new(MediaTypes.SigstoreBundle, layer)
        {
            Subject = subject,
            Annotations = Artifact.NoAnnotations
                .Add("dev.sigstore.bundle.content", "dsse-envelope")
                .Add("dev.sigstore.bundle.predicateType", statement.PredicateType)
                .Add("org.opencontainers.image.created", Timestamp.Of(created)),
        });
    }

    /// <summary>The signed words of cosign 1 and 2.</summary>
    static JsonObject Payload(string repository, string digest) => new()
    {
        ["critical"] = new JsonObject
        {
            ["identity"] = new JsonObject { ["docker-reference"] = repository },
            ["image"] = new JsonObject { ["docker-manifest-digest"] = digest },
            ["type"] = "cosign container image signature",
        },
        ["optional"] = null,
    };

    /// <summary>Both older forms look like images, whose layers a config lists.</summary>
    static Descriptor AddConfig(OciLayout layout, params IEnumerable<Descriptor> layers) =>
        layout.Add(MediaTypes.Config, new JsonObject
        {
            ["architecture"] = "",
            ["os"] = "",
            ["config"] = new JsonObject(),
            ["rootfs"] = new JsonObject
            {
                ["type"] = "layers",
                ["diff_ids"] = new JsonArray([.. layers.Select(layer => (JsonNode)layer.Digest)]),
            },
        });
}
