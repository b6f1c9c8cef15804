using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using PyRepo.Sigstore.Keys;
using PyRepo.Sigstore.Roots;
using PyRepo.Testing;

namespace PyRepo.Sigstore.Tests;

/// <summary>The bundles of Sigstore's conformance suite, each with the verdict that its folder's name tells.</summary>
public sealed class ConformanceTests
{
    const string Folder = "sigstore/conformance/bundle-verify";

    const string Identity = "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/"
        + ".github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main";

    const string Issuer = "https://token.actions.githubusercontent.com";

    /// <summary>These cannot be read, so that there is nothing to verify with.</summary>
    static readonly string[] _unreadable =
        ["trust-root-tlog-missing-validity-start_fail", "managed-key-wrong-key_fail"];

    /// <summary>
    /// For what the others are refused, as their READMEs tell: the step, and words of the reason where many things fail
    /// at that step.
    /// </summary>
    static readonly Dictionary<string, (VerificationStep Step, string Reason)> _refusals = new()
    {
        ["bundle-empty-certificate-chain_fail"] = (VerificationStep.Format, "it has no certificate"),
        ["bundle-from-wrong-instance_fail"] = (VerificationStep.LogKey, ""),
        ["bundle-invalid-base64-signature_fail"] = (VerificationStep.Format, "$.messageSignature.signature"),
        ["bundle-malformed-json_fail"] = (VerificationStep.Format, "it is not a bundle"),
        ["bundle-negative-log-index_fail"] = (VerificationStep.Format, "negative number"),
        ["bundle-unknown-version_fail"] = (VerificationStep.Format, "media type"),
        ["bundle-with-root-cert_fail"] = (VerificationStep.Format, "its certificates include a root"),
        ["checkpoint-bad-keyhint_fail"] = (VerificationStep.Checkpoint, "not signed by rekor.sigstore.dev"),
        ["checkpoint-wrong-roothash_fail"] = (VerificationStep.CheckpointRoot, ""),
        ["dsse-invalid-sig_fail"] = (VerificationStep.Signature, ""),
        ["dsse-mismatch-envelope_fail"] = (VerificationStep.EntryDigest, ""),
        ["dsse-mismatch-sig_fail"] = (VerificationStep.EntrySignature, ""),
        ["inclusion-proof-corrupted-hash_fail"] = (VerificationStep.InclusionProof, "does not lead"),
        ["incorrect-public-key_fail"] = (VerificationStep.EntryCertificate, ""),
        ["integrated-time-in-future_fail"] = (VerificationStep.CertificateValidity, "2026-05-07 15:34:11Z"),
        ["intoto-expired-certificate_fail"] = (VerificationStep.CertificateValidity, "2023-02-01 00:00:00Z"),
        ["intoto-log-entry-mismatch_fail"] = (VerificationStep.EntrySignature, ""),
        ["intoto-missing-inclusion-proof_fail"] = (VerificationStep.Format, "no inclusion proof"),
        ["intoto-set-outside-signing-cert-validity_fail"] =
            (VerificationStep.CertificateValidity, "2023-02-02 00:00:00Z"),
        ["intoto-tsa-timestamp-outside-cert-validity_fail"] =
            (VerificationStep.CertificateValidity, "2023-02-02 00:00:00Z"),
        ["invalid-checkpoint-signature_fail"] = (VerificationStep.Checkpoint, "not signed by rekor.sigstore.dev"),
        ["invalid-ct-key_fail"] = (VerificationStep.CertificateTimestamp, ""),
        ["invalid-inclusion-proof_fail"] = (VerificationStep.Format, "an inclusion proof has no checkpoint"),
        ["managed-key-no-key_fail"] = (VerificationStep.Signature, "none is trusted"),
        ["message-digest-mismatch_fail"] = (VerificationStep.SubjectDigest, ""),
        ["rekor2-checkpoint-missing-log-signature_fail"] = (VerificationStep.Checkpoint, "no signature"),
        ["rekor2-checkpoint-missing-origin_fail"] = (VerificationStep.Checkpoint, "lacks origin, size or root"),
        ["rekor2-checkpoint-missing-root-hash_fail"] = (VerificationStep.Checkpoint, "lacks origin, size or root"),
        ["rekor2-checkpoint-missing-size_fail"] = (VerificationStep.Checkpoint, "lacks origin, size or root"),
        ["rekor2-checkpoint-no-matching-signature_fail"] =
            (VerificationStep.Checkpoint, "not signed by log2025-alpha1.rekor.sigstage.dev"),
        ["rekor2-dsse-invalid-sig_fail"] = (VerificationStep.Signature, ""),
        ["rekor2-dsse-mismatch-envelope_fail"] = (VerificationStep.EntryDigest, ""),
        ["rekor2-dsse-mismatch-sig_fail"] = (VerificationStep.EntrySignature, ""),
        ["rekor2-no-inclusion-proof_fail"] = (VerificationStep.Format, "no inclusion proof"),
        ["rekor2-no-timestamp_fail"] = (VerificationStep.ProvenTime, ""),
        ["rekor2-timestamp-outside-trust-root-tsa-validity_fail"] = (VerificationStep.TimestampValidity, ""),
        ["rekor2-timestamp-outside-tsa-cert-validity_fail"] = (VerificationStep.TimestampSignature, "not valid then"),
        ["rekor2-timestamp-payload-mismatch_fail"] = (VerificationStep.TimestampImprint, ""),
        ["rekor2-timestamp-untrusted-tsa-with-embedded-cert_fail"] =
            (VerificationStep.TimestampSignature, "no authority of the trusted root"),
        ["rekor2-timestamp-untrusted-tsa-without-embedded-cert_fail"] =
            (VerificationStep.TimestampSignature, "no authority of the trusted root"),
        ["rekor2-timestamp-with-incorrect-time_fail"] =
            (VerificationStep.CertificateValidity, "2025-07-15 10:33:31Z"),
        ["set-invalid-signature_fail"] = (VerificationStep.SignedEntryTimestamp, ""),
        ["signature-mismatch_fail"] = (VerificationStep.Signature, ""),
        ["wrong-hashedrekord-artifact_fail"] = (VerificationStep.EntryDigest, ""),
        ["wrong-hashedrekord-cert-and-sig_fail"] = (VerificationStep.EntrySignature, ""),
        ["wrong-hashedrekord-entry_fail"] = (VerificationStep.EntryDigest, ""),
        ["wrong-material_fail"] = (VerificationStep.SubjectDigest, ""),
    };

    public static TheoryData<string> Bundles => [.. Assets.Find(Folder) is { } folder
        ? Directory.GetDirectories(folder).Select(each => Path.GetFileName(each)!).Except(_unreadable).Order().ToArray()
        : (string[])["missing"]];

    [Theory]
    [MemberData(nameof(Bundles))]
    public void Each_bundle_gets_the_verdict_of_its_folder(string name)
    {
        var verdict = Verify(Find(name), bundle => bundle);
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {verdict}");
        if (!name.EndsWith("_fail", StringComparison.Ordinal))
        {
            Assert.IsType<Verdict.Verified>(verdict);
            return;
        }
        var (step, reason) = _refusals[name];
        var refused = Assert.IsType<Verdict.Refused>(verdict);
        Assert.Equal(step, refused.Step);
        Assert.Contains(reason, refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_root_with_a_log_that_is_trusted_from_no_time_on_cannot_be_read()
    {
        var path = Path.Combine(Find("trust-root-tlog-missing-validity-start_fail"), "trusted_root.json");
        var error = Assert.Throws<FormatException>(() => TrustedRoot.Parse(File.ReadAllBytes(path)));
        Assert.Contains("from when on it is trusted", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_key_that_is_no_base64_cannot_be_read()
    {
        var path = Path.Combine(Find("managed-key-wrong-key_fail"), "key.pub");
        Assert.Throws<ArgumentException>(() => ReadKey(File.ReadAllText(path)));
    }

    [Fact]
    public void A_wrong_key_that_can_be_read_has_not_signed()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var verdict = Verify(
            Find("managed-key-wrong-key_fail"), bundle => bundle, other.ExportSubjectPublicKeyInfoPem());
        Assert.Equal(VerificationStep.Signature, Assert.IsType<Verdict.Refused>(verdict).Step);
    }

    /// <summary>Without a checkpoint, the bundle is refused before its proof is looked at.</summary>
    [Fact]
    public void An_old_inclusion_proof_is_refused_even_with_a_checkpoint()
    {
        var verdict = Verify(Find("invalid-inclusion-proof_fail"), bytes =>
        {
            var bundle = JsonNode.Parse(bytes)!;
            bundle["verificationMaterial"]!["tlogEntries"]![0]!["inclusionProof"]!["checkpoint"] =
                new JsonObject { ["envelope"] = "rekor.sigstore.dev" };
            return Encoding.UTF8.GetBytes(bundle.ToJsonString());
        });
        Assert.Equal(VerificationStep.InclusionProof, Assert.IsType<Verdict.Refused>(verdict).Step);
    }

    static string Find(string name)
    {
        Assert.SkipWhen(Assets.Find(Folder) is null, Assets.Missing);
        return Path.Combine(Assets.GetPath(Folder), name);
    }

    static Verdict Verify(string folder, Func<byte[], byte[]> change, string? key = null)
    {
        var root = Find("trusted_root.json") is { } custom
            ? TrustedRoot.Parse(File.ReadAllBytes(custom))
            : TrustedRoot.Public;
        var artifact = File.ReadAllBytes(Find("artifact") ?? Assets.GetPath(Folder, "a.txt"));
        var policy = new VerificationPolicy
        {
            Sha256 = SHA256.HashData(artifact),
            Statement = null,
            Publishers = null,
            Key = (key ?? ReadText("key.pub")) is { } pem ? ReadKey(pem) : null,
        };
        var verdict = new SigstoreVerifier(root).VerifyBundle(
            change(File.ReadAllBytes(Path.Combine(folder, "bundle.sigstore.json"))), policy);
        if (verdict is not Verdict.Verified { Identity: { } identity })
            return verdict;
        var (subject, issuer) = (ReadText("identity") ?? Identity, ReadText("issuer") ?? Issuer);
        return (identity.Subject, identity.Issuer) == (subject, issuer)
            ? verdict
            : new Verdict.Refused(VerificationStep.Issuer, $"{identity.Subject} of {identity.Issuer} has signed");

        string? Find(string file) =>
            Path.Combine(folder, file) is var path && File.Exists(path) ? path : null;

        string? ReadText(string file) => Find(file) is { } path ? File.ReadAllText(path).Trim() : null;
    }

    static VerificationKey ReadKey(string pem) => VerificationKey.FromSubjectPublicKeyInfo(
        Convert.FromBase64String(pem[PemEncoding.Find(pem).Base64Data]));
}
