namespace PyRepo.Release.Oci;

/// <summary>
/// The media types of <see href="https://github.com/opencontainers/image-spec/blob/v1.1.0/media-types.md">OCI</see>, of Helm
/// and of what is attached to images.
/// </summary>
static class MediaTypes
{
    public const string Index = "application/vnd.oci.image.index.v1+json";
    public const string Manifest = "application/vnd.oci.image.manifest.v1+json";
    public const string Config = "application/vnd.oci.image.config.v1+json";
    public const string Empty = "application/vnd.oci.empty.v1+json";
    public const string Layer = "application/vnd.oci.image.layer.v1.tar+gzip";

    /// <summary>A chart, as <c>helm push</c> names it.</summary>
    public const string ChartConfig = "application/vnd.cncf.helm.config.v1+json";

    /// <inheritdoc cref="ChartConfig"/>
    public const string Chart = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";

    public const string Spdx = "application/spdx+json";
    public const string InToto = "application/vnd.in-toto+json";
    public const string Dsse = "application/vnd.dsse.envelope.v1+json";
    public const string SimpleSigning = "application/vnd.dev.cosign.simplesigning.v1+json";
    public const string SigstoreBundle = "application/vnd.dev.sigstore.bundle.v0.3+json";

    /// <summary>Signatures as cosign 2 looks for them among referrers.</summary>
    public const string CosignSignature = "application/vnd.dev.cosign.artifact.sig.v1+json";

    /// <summary>Attestations likewise.</summary>
    public const string CosignAttestation = "application/vnd.dev.cosign.artifact.att.v1+json";
}
