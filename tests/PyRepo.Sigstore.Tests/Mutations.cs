using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using PyRepo.Testing.Sigstore;

namespace PyRepo.Sigstore.Tests;

/// <summary>Attestations that are right but for one thing.</summary>
static class Mutations
{
    static readonly ECDsa _otherKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    static readonly CertificateIssuer _otherIssuer = new();
    static readonly TimestampIssuer _otherTimestamps = new(), _wrongTimestamps = new(isForTimestamps: false);

    public static IReadOnlyList<Mutation> All { get; } =
        [
            .. OfStatement(), .. OfCertificate(), .. OfCertificateLog(), .. OfLog(), .. OfEntry(), .. OfTimestamp(),
            .. OfPublisher(),
        ];

    static IEnumerable<Mutation> OfStatement()
    {
        yield return new("another name", VerificationStep.SubjectName)
        {
            Request = r => r with { Statement = s => s["subject"]![0]!["name"] = "lib-2.0.tar.gz" },
        };
        yield return new("another digest", VerificationStep.SubjectDigest)
        {
            Request = r => r with { Statement = s => s["subject"]![0]!["digest"]!["sha256"] = new string('0', 64) },
        };
        yield return new("no SHA-256", VerificationStep.SubjectDigest)
        {
            Request = r => r with { Statement = s => s["subject"]![0]!["digest"] = new JsonObject { ["sha1"] = "00" } },
        };
        yield return new("another predicate", VerificationStep.PredicateType)
        {
            Request = r => r with { Statement = s => s["predicateType"] = "https://acme.test/predicate" },
        };
        yield return new("an older statement", VerificationStep.StatementType)
        {
            Request = r => r with { Statement = s => s["_type"] = "https://in-toto.io/Statement/v0.1" },
        };
        yield return new("two subjects", VerificationStep.StatementType)
        {
            Request = r => r with { Statement = s => s["subject"]!.AsArray().Add(s["subject"]![0]!.DeepClone()) },
        };
        yield return new("a payload of another type", VerificationStep.PayloadType)
        {
            Request = r => r with { PayloadType = "text/plain" },
            Bundle = bundle => bundle["dsseEnvelope"]!["payloadType"] = "text/plain",
        };
        yield return new("another payload is signed", VerificationStep.Signature)
        {
            Request = r => r with { Signed = bytes => [.. bytes, 0] },
        };
        yield return new("the payload is signed without its type", VerificationStep.Signature)
        {
            Request = r => r with { Signed = bytes => bytes[bytes.AsSpan().IndexOf((byte)'{')..] },
        };
    }

    static IEnumerable<Mutation> OfCertificate()
    {
        yield return new("another authority of the same name", VerificationStep.CertificateChain)
        {
            Request = r => r with { Issuer = _otherIssuer },
        };
        yield return new("signed after the certificate", VerificationStep.CertificateValidity)
        {
            Request = r => r with { Validity = (TimeSpan.FromMinutes(-10), TimeSpan.FromSeconds(-1)) },
        };
        yield return new("signed before the certificate", VerificationStep.CertificateValidity)
        {
            Request = r => r with { Validity = (TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)) },
        };
        yield return new("the authority was no longer trusted", VerificationStep.AuthorityValidity)
        {
            Root = root => End(root["certificateAuthorities"]![0]!["validFor"]!),
        };
        yield return new("the authority was not yet trusted", VerificationStep.AuthorityValidity)
        {
            Root = root => root["certificateAuthorities"]![0]!["validFor"]!["start"] = "2026-03-01T12:00:01Z",
        };
        yield return new("a key for agreements", VerificationStep.KeyUsage)
        {
            Request = r => r with { KeyUsage = X509KeyUsageFlags.KeyAgreement },
        };
        yield return new("a key for nothing", VerificationStep.KeyUsage)
        {
            Request = r => r with { KeyUsage = null },
        };
        yield return new("a key for servers", VerificationStep.ExtendedKeyUsage)
        {
            Request = r => r with { Purpose = "1.3.6.1.5.5.7.3.1" },
        };
        yield return new("a key for any purpose", VerificationStep.ExtendedKeyUsage)
        {
            Request = r => r with { Purpose = null },
        };
    }

    static IEnumerable<Mutation> OfCertificateLog()
    {
        yield return new("no certificate log", VerificationStep.CertificateTimestamp)
        {
            Request = r => r with { CertificateTimestamp = _ => null },
        };
        yield return new("another certificate log's key", VerificationStep.CertificateTimestamp)
        {
            Request = r => r with { CertificateLogKey = _otherKey },
        };
        yield return new("a certificate log's promise for another certificate", VerificationStep.CertificateTimestamp)
        {
            Request = r => r with
            {
                CertificateTimestamp = bytes => [.. bytes[..50], (byte)(bytes[50] ^ 1), .. bytes[51..]],
            },
        };
        yield return new("an unknown certificate log", VerificationStep.CertificateTimestamp)
        {
            Root = root => root["ctlogs"]![0]!["logId"]!["keyId"] = Convert.ToBase64String(new byte[32]),
        };
        yield return new("the certificate log was no longer trusted", VerificationStep.CertificateLogValidity)
        {
            Root = root => End(root["ctlogs"]![0]!["publicKey"]!["validFor"]!),
        };
    }

    static IEnumerable<Mutation> OfLog()
    {
        yield return new("an unknown log", VerificationStep.LogKey)
        {
            Request = r => r with { Log = new LogFaults { Id = new byte[32] } },
        };
        yield return new("the log was no longer trusted", VerificationStep.LogValidity)
        {
            Root = root => End(root["tlogs"]![0]!["publicKey"]!["validFor"]!),
        };
        yield return new("the time is signed by another key", VerificationStep.SignedEntryTimestamp)
        {
            Request = r => r with { Log = new LogFaults { TimeKey = _otherKey } },
        };
        yield return new("the time was changed", VerificationStep.SignedEntryTimestamp)
        {
            Attestation = a => Entry(a)["integratedTime"] = "1772366401",
        };
        yield return new("the number in the log was changed", VerificationStep.SignedEntryTimestamp)
        {
            Attestation = a => Entry(a)["logIndex"] = "2",
        };
        yield return new("the time is not signed, but a timestamp is there", VerificationStep.SignedEntryTimestamp)
        {
            Request = r => r with { HasTimestamp = true },
            Attestation = a => Entry(a).Remove("inclusionPromise"),
        };
        yield return new("a hash of the proof is another", VerificationStep.InclusionProof)
        {
            Attestation = a => Proof(a)["hashes"]![0] = Convert.ToBase64String(new byte[32]),
        };
        yield return new("the proof lacks a hash", VerificationStep.InclusionProof)
        {
            Attestation = a => Proof(a)["hashes"]!.AsArray().RemoveAt(1),
        };
        yield return new("the number in the log of Rekor v2 was changed", VerificationStep.InclusionProof)
        {
            Request = r => r with { IsSecondRekor = true },
            Attestation = a => Entry(a)["logIndex"] = "2",
        };
        yield return new("the proof is of another number", VerificationStep.InclusionProof)
        {
            Attestation = a => Proof(a)["logIndex"] = "0",
        };
        yield return new("the checkpoint is signed by another key", VerificationStep.Checkpoint)
        {
            Request = r => r with { Log = new LogFaults { CheckpointKey = _otherKey } },
        };
        yield return new("the checkpoint is of another log", VerificationStep.Checkpoint)
        {
            Request = r => r with { Log = new LogFaults { CheckpointName = "other.test" } },
        };
        yield return new("the checkpoint is of another tree", VerificationStep.CheckpointRoot)
        {
            Request = r => r with { Log = new LogFaults { CheckpointRoot = new byte[32] } },
        };
        yield return new("the checkpoint is of another size", VerificationStep.CheckpointRoot)
        {
            Request = r => r with { Log = new LogFaults { CheckpointSize = 4 } },
        };
    }

    static IEnumerable<Mutation> OfEntry()
    {
        yield return new("an entry of another kind", VerificationStep.EntryKind)
        {
            Request = r => r with { Entry = body => body["kind"] = "cose" },
        };
        yield return new("an entry about another payload", VerificationStep.EntryDigest)
        {
            Request = r => r with { Entry = body => body["spec"]!["payloadHash"]!["value"] = new string('0', 64) },
        };
        yield return new("an entry with a digest of another algorithm", VerificationStep.Format)
        {
            Request = r => r with { Entry = body => body["spec"]!["payloadHash"]!["algorithm"] = "sha512" },
        };
        yield return new("an entry of Rekor v2 with a digest of another algorithm", VerificationStep.Format)
        {
            Request = r => r with
            {
                IsSecondRekor = true,
                Entry = body => body["spec"]!["hashedRekordV002"]!["data"]!["algorithm"] = "SHA2_512",
            },
        };
        yield return new("an entry of Rekor v1 for files, about the payload", VerificationStep.EntryDigest)
        {
            Request = r => r with { Entry = AsHashedRekord },
        };
        yield return new("an entry that says to be of another kind", VerificationStep.Format)
        {
            Attestation = a => Entry(a)["kindVersion"]!["version"] = "0.0.2",
        };
        yield return new("an entry of another log besides a good one", VerificationStep.LogKey)
        {
            Attestation = a =>
            {
                var other = Entry(a).DeepClone();
                other["logId"]!["keyId"] = Convert.ToBase64String(new byte[32]);
                Entries(a).Add(other);
            },
        };
        yield return new("an entry about another signature", VerificationStep.EntrySignature)
        {
            Request = r => r with { Entry = body => Signature(body)["signature"] = Convert.ToBase64String("other"u8) },
        };
        yield return new("an entry about another certificate", VerificationStep.EntryCertificate)
        {
            Request = r => r with
            {
                Entry = body => Signature(body)["verifier"] = Convert.ToBase64String(
                    System.Text.Encoding.ASCII.GetBytes(_otherIssuer.Root.ExportCertificatePem())),
            },
        };
        yield return new("an entry twice", VerificationStep.EntryTwice)
        {
            Attestation = a => Entries(a).Add(Entry(a).DeepClone()),
        };
    }

    static IEnumerable<Mutation> OfTimestamp()
    {
        yield return new("Rekor v2 without a timestamp", VerificationStep.ProvenTime)
        {
            Request = r => r with { IsSecondRekor = true, HasTimestamp = false },
        };
        yield return new("Rekor v2 with a time that nobody signed", VerificationStep.ProvenTime)
        {
            Request = r => r with { IsSecondRekor = true, HasTimestamp = false },
            Attestation = a => Entry(a)["integratedTime"] = "1772366400",
        };
        yield return new("a timestamp of another signature", VerificationStep.TimestampImprint)
        {
            Request = r => r with { IsSecondRekor = true, Timestamped = bytes => [.. bytes, 0] },
        };
        yield return new("a timestamp of an unknown authority", VerificationStep.TimestampSignature)
        {
            Request = r => r with { IsSecondRekor = true, Timestamps = _otherTimestamps },
        };
        yield return new("a timestamp by a key for other purposes", VerificationStep.TimestampSignature)
        {
            Request = r => r with { IsSecondRekor = true, Timestamps = _wrongTimestamps },
            Root = root => root["timestampAuthorities"]![0]!["certChain"] = new JsonObject
            {
                ["certificates"] = new JsonArray(
                    new JsonObject { ["rawBytes"] = Convert.ToBase64String(_wrongTimestamps.Leaf.RawData) },
                    new JsonObject { ["rawBytes"] = Convert.ToBase64String(_wrongTimestamps.Root.RawData) }),
            },
        };
        yield return new("the timestamp authority was no longer trusted", VerificationStep.TimestampValidity)
        {
            Request = r => r with { IsSecondRekor = true },
            Root = root => End(root["timestampAuthorities"]![0]!["validFor"]!),
        };
    }

    static IEnumerable<Mutation> OfPublisher()
    {
        yield return new("another issuer", VerificationStep.Issuer)
        {
            Request = r => r with { Claims = With(8, "https://token.acme.test") },
        };
        yield return new("another repository", VerificationStep.Publisher)
        {
            Request = r => r with { Claims = AttestationRequest.GitHub("acme/fork", "release.yml", "pypi") },
        };
        yield return new("another repository's workflow", VerificationStep.Issuer)
        {
            Request = r => r with
            {
                Claims = With(18, "https://github.com/acme/fork/.github/workflows/release.yml@refs/tags/v1"),
            },
        };
        yield return new("another workflow", VerificationStep.Workflow)
        {
            Request = r => r with { Claims = AttestationRequest.GitHub("acme/lib", "test.yml", "pypi") },
        };
        yield return new("another environment", VerificationStep.Environment)
        {
            Request = r => r with { Claims = AttestationRequest.GitHub("acme/lib", "release.yml", "test") },
        };
        yield return new("no environment", VerificationStep.Environment)
        {
            Request = r => r with { Claims = AttestationRequest.GitHub("acme/lib", "release.yml") },
        };
    }

    /// <summary>An envelope's signature is of more than its payload.</summary>
    static void AsHashedRekord(JsonObject body)
    {
        var spec = body["spec"]!;
        body["kind"] = "hashedrekord";
        body["spec"] = new JsonObject
        {
            ["data"] = new JsonObject { ["hash"] = spec["payloadHash"]!.DeepClone() },
            ["signature"] = new JsonObject
            {
                ["content"] = Signature(body)["signature"]!.DeepClone(),
                ["publicKey"] = new JsonObject { ["content"] = Signature(body)["verifier"]!.DeepClone() },
            },
        };
    }

    static Dictionary<int, string> With(int number, string value) =>
        new(AttestationRequest.GitHub("acme/lib", "release.yml", "pypi")) { [number] = value };

    static void End(JsonNode period) => period["end"] = "2026-03-01T11:59:59Z";

    static JsonArray Entries(JsonObject attestation) =>
        attestation["verification_material"]!["transparency_entries"]!.AsArray();

    static JsonObject Entry(JsonObject attestation) => Entries(attestation)[0]!.AsObject();

    static JsonObject Proof(JsonObject attestation) => Entry(attestation)["inclusionProof"]!.AsObject();

    static JsonObject Signature(JsonObject body) => body["spec"]!["signatures"]![0]!.AsObject();
}
