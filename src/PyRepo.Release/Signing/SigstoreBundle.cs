using System.Security.Cryptography;
using System.Text.Json.Nodes;
using PyRepo.Release.Oci;

namespace PyRepo.Release.Signing;

/// <summary>
/// Signatures as cosign 3 writes them, without a certificate and a transparency log
/// (<see href="https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_bundle.proto"/>).
/// </summary>
static class SigstoreBundle
{
    /// <summary>A bundle with a signed statement.</summary>
    public static JsonObject Of(SigningKey key, JsonObject envelope) => new()
    {
        ["mediaType"] = MediaTypes.SigstoreBundle,
        ["verificationMaterial"] = Material(key),
        ["dsseEnvelope"] = envelope.DeepClone(),
    };

    /// <summary>A bundle with the signature of a file, for <c>cosign verify-blob --bundle</c>.</summary>
    public static JsonObject OfFile(SigningKey key, byte[] content) => new()
    {
        ["mediaType"] = MediaTypes.SigstoreBundle,
        ["verificationMaterial"] = Material(key),
        ["messageSignature"] = new JsonObject
        {
            ["messageDigest"] = new JsonObject
            {
                ["algorithm"] = "SHA2_256",
                ["digest"] = Convert.ToBase64String(SHA256.HashData(content)),
            },
            ["signature"] = Convert.ToBase64String(key.Sign(content)),
        },
    };

    static JsonObject Material(SigningKey key) =>
        new() { ["publicKey"] = new JsonObject { ["hint"] = key.Hint } };
}
