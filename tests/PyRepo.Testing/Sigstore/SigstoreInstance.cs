using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace PyRepo.Testing.Sigstore;

/// <summary>
/// A toy instance of Sigstore: Fulcio, a certificate log, Rekor v1 and v2, and a timestamp authority, which nobody
/// knows but those who have its trusted root.
/// </summary>
public sealed class SigstoreInstance : IDisposable
{
    const string PayloadType = "application/vnd.in-toto+json";

    /// <summary>The authority of certificates.</summary>
    public CertificateIssuer Issuer { get; } = new();

    /// <summary>The log of certificates.</summary>
    public CertificateLog CertificateLog { get; } = new();

    /// <summary>Rekor v1.</summary>
    public SignatureLog FirstRekor { get; } = new("rekor.test", isSecond: false);

    /// <summary>Rekor v2.</summary>
    public SignatureLog SecondRekor { get; } = new("log2026.rekor.test", isSecond: true);

    /// <summary>The authority of timestamps.</summary>
    public TimestampIssuer Timestamps { get; } = new();

    /// <summary>The instance's trusted root.</summary>
    public JsonObject GetTrustedRoot() => new()
    {
        ["mediaType"] = "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
        ["tlogs"] = new JsonArray(
            GetLog(FirstRekor.Name, FirstRekor.Key, FirstRekor.Id),
            GetLog(SecondRekor.Name, SecondRekor.Key, SecondRekor.Id)),
        ["certificateAuthorities"] = new JsonArray(GetAuthority(Issuer.Intermediate, Issuer.Root)),
        ["ctlogs"] = new JsonArray(
            GetLog("ct.test", CertificateLog.Key, SHA256.HashData(CertificateLog.Key))),
        ["timestampAuthorities"] = new JsonArray(GetAuthority(Timestamps.Leaf, Timestamps.Root)),
    };

    /// <summary>Makes a bundle of Sigstore, version 0.3, of an attestation.</summary>
    public static JsonObject ToBundle(JsonObject attestation)
    {
        var material = attestation["verification_material"]!;
        return new JsonObject
        {
            ["mediaType"] = "application/vnd.dev.sigstore.bundle.v0.3+json",
            ["verificationMaterial"] = new JsonObject
            {
                ["certificate"] = new JsonObject { ["rawBytes"] = material["certificate"]!.DeepClone() },
                ["tlogEntries"] = material["transparency_entries"]!.DeepClone(),
                ["timestampVerificationData"] = new JsonObject
                {
                    ["rfc3161Timestamps"] = new JsonArray([.. (material["timestamps"]?.AsArray() ?? []).Select(each =>
                        new JsonObject { ["signedTimestamp"] = each!.DeepClone() })]),
                },
            },
            ["dsseEnvelope"] = new JsonObject
            {
                ["payload"] = attestation["envelope"]!["statement"]!.DeepClone(),
                ["payloadType"] = PayloadType,
                ["signatures"] = new JsonArray(
                    new JsonObject { ["sig"] = attestation["envelope"]!["signature"]!.DeepClone() }),
            },
        };
    }

    /// <summary>Makes an attestation of PEP 740.</summary>
    public JsonObject Attest(AttestationRequest request)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var certificate = (request.Issuer ?? Issuer).Issue(key, request, CertificateLog);
        var statement = MadeAttestation.GetStatement(request.FileName, request.Sha256);
        request.Statement(statement);
        var payload = Encoding.UTF8.GetBytes(statement.ToJsonString());
        var encoded = Encode(request.PayloadType, payload);
        var signature = key.SignData(
            request.Signed(encoded), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        var body = request.IsSecondRekor
            ? GetSecondBody(encoded, signature, certificate)
            : GetFirstBody(payload, signature, certificate);
        request.Entry(body);
        var log = request.IsSecondRekor ? SecondRekor : FirstRekor;
        var material = new JsonObject
        {
            ["certificate"] = Convert.ToBase64String(certificate),
            ["transparency_entries"] = new JsonArray(log.Append(body, request.Time, request.Log)),
        };
        if (request.HasTimestamp ?? request.IsSecondRekor)
        {
            var timestamp = (request.Timestamps ?? Timestamps).Stamp(request.Timestamped(signature), request.Time);
            material["timestamps"] = new JsonArray(Convert.ToBase64String(timestamp));
        }
        return new JsonObject
        {
            ["version"] = 1,
            ["verification_material"] = material,
            ["envelope"] = new JsonObject
            {
                ["statement"] = Convert.ToBase64String(payload),
                ["signature"] = Convert.ToBase64String(signature),
            },
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var each in (IDisposable[])[Issuer, CertificateLog, FirstRekor, SecondRekor, Timestamps])
            each.Dispose();
    }

    static byte[] Encode(string type, byte[] payload) =>
        [.. Encoding.UTF8.GetBytes($"DSSEv1 {type.Length} {type} {payload.Length} "), .. payload];

    static JsonObject GetFirstBody(byte[] payload, byte[] signature, byte[] certificate) => new()
    {
        ["apiVersion"] = "0.0.1",
        ["kind"] = "dsse",
        ["spec"] = new JsonObject
        {
            ["envelopeHash"] = GetHash([]),
            ["payloadHash"] = GetHash(payload),
            ["signatures"] = new JsonArray(new JsonObject
            {
                ["signature"] = Convert.ToBase64String(signature),
                ["verifier"] = Convert.ToBase64String(
                    Encoding.ASCII.GetBytes(PemEncoding.WriteString("CERTIFICATE", certificate) + "\n")),
            }),
        },
    };

    static JsonObject GetSecondBody(byte[] encoded, byte[] signature, byte[] certificate) => new()
    {
        ["apiVersion"] = "0.0.2",
        ["kind"] = "hashedrekord",
        ["spec"] = new JsonObject
        {
            ["hashedRekordV002"] = new JsonObject
            {
                ["data"] = new JsonObject
                {
                    ["algorithm"] = "SHA2_256",
                    ["digest"] = Convert.ToBase64String(SHA256.HashData(encoded)),
                },
                ["signature"] = new JsonObject
                {
                    ["content"] = Convert.ToBase64String(signature),
                    ["verifier"] = new JsonObject
                    {
                        ["keyDetails"] = "PKIX_ECDSA_P256_SHA_256",
                        ["x509Certificate"] = new JsonObject { ["rawBytes"] = Convert.ToBase64String(certificate) },
                    },
                },
            },
        },
    };

    static JsonObject GetHash(byte[] data) => new()
    {
        ["algorithm"] = "sha256",
        ["value"] = Convert.ToHexStringLower(SHA256.HashData(data)),
    };

    static JsonObject GetLog(string name, byte[] key, byte[] id) => new()
    {
        ["baseUrl"] = $"https://{name}",
        ["publicKey"] = new JsonObject
        {
            ["rawBytes"] = Convert.ToBase64String(key),
            ["keyDetails"] = key.Length < 60 ? "PKIX_ED25519" : "PKIX_ECDSA_P256_SHA_256",
            ["validFor"] = GetPeriod(),
        },
        ["logId"] = new JsonObject { ["keyId"] = Convert.ToBase64String(id) },
    };

    static JsonObject GetAuthority(params X509Certificate2[] chain) => new()
    {
        ["certChain"] = new JsonObject
        {
            ["certificates"] = new JsonArray([.. chain.Select(certificate =>
                new JsonObject { ["rawBytes"] = Convert.ToBase64String(certificate.RawData) })]),
        },
        ["validFor"] = GetPeriod(),
    };

    static JsonObject GetPeriod() => new() { ["start"] = "2025-01-01T00:00:00Z" };
}
