using System.Collections.Frozen;
using System.Formats.Asn1;
using System.Security.Cryptography;
using PyRepo.Sigstore.Bundles;
using PyRepo.Sigstore.Certificates;
using PyRepo.Sigstore.Keys;
using PyRepo.Sigstore.Logs;
using PyRepo.Sigstore.Publishers;
using PyRepo.Sigstore.Roots;
using PyRepo.Sigstore.Statements;
using PyRepo.Sigstore.Timestamps;

namespace PyRepo.Sigstore;

/// <summary>
/// Verifies signatures of Sigstore without a network. Whatever is not proved is refused: each entry of a log and each
/// timestamp that is there must be right. It may be used by several threads.
/// </summary>
/// <param name="root">The authorities and logs that are trusted.</param>
public sealed class SigstoreVerifier(TrustedRoot root)
{
    /// <summary>Steps that are not checked. Only tests set them.</summary>
    internal FrozenSet<VerificationStep> Skipped { get; init; } = [];

    /// <summary>Verifies an attestation of PEP 740.</summary>
    public Verdict VerifyAttestation(ReadOnlySpan<byte> json, VerificationPolicy policy)
    {
        try
        {
            return Verify(SigstoreBundle.ParseAttestation(json), policy);
        }
        catch (FormatException error)
        {
            return new Verdict.Refused(VerificationStep.Format, error.Message);
        }
    }

    /// <summary>Verifies a bundle.</summary>
    public Verdict VerifyBundle(ReadOnlySpan<byte> json, VerificationPolicy policy)
    {
        try
        {
            return Verify(SigstoreBundle.Parse(json), policy);
        }
        catch (FormatException error)
        {
            return new Verdict.Refused(VerificationStep.Format, error.Message);
        }
    }

    /// <summary>Verifies a bundle that has been read.</summary>
    public Verdict Verify(SigstoreBundle bundle, VerificationPolicy policy)
    {
        SigningCertificate? certificate = null;
        try
        {
            certificate = bundle.Certificate is { } der ? SigningCertificate.Parse(der) : null;
            return Verify(bundle, certificate, policy, new VerificationChecks(Skipped));
        }
        catch (VerificationException error)
        {
            return new Verdict.Refused(error.Step, error.Message);
        }
        catch (FormatException error)
        {
            return new Verdict.Refused(VerificationStep.Format, error.Message);
        }
        catch (Exception error) when (error is CryptographicException or NotSupportedException
            or AsnContentException or ArgumentException or InvalidOperationException)
        {
            return new Verdict.Refused(VerificationStep.Format, "something in it is of a kind that cannot be verified");
        }
        finally
        {
            certificate?.Dispose();
        }
    }

    Verdict.Verified Verify(
        SigstoreBundle bundle, SigningCertificate? certificate, VerificationPolicy policy, VerificationChecks checks)
    {
        var key = VerificationChecks.Require(
            VerificationStep.Signature, GetKey(certificate, policy),
            certificate is null
                ? "a key has signed, but none is trusted"
                : "a certificate's key has signed, but another key is trusted");
        var predicateType = new ContentVerifier(policy, checks).Verify(bundle.Content, key);
        // What is cheap comes first: entries of others are not looked at for long.
        var signer = certificate is null ? key.SubjectPublicKeyInfo : bundle.Certificate;
        foreach (var entry in bundle.LogEntries)
            EntryMatch.Verify(entry, bundle.Content, policy.Sha256.Span, signer, checks);
        var (log, times) = VerifyTimes(bundle, checks);
        var identity = certificate is null ? null : VerifyCertificate(certificate, times, checks);
        var publisher = identity is null ? null : AttestedPublisher.From(identity);
        RequirePublisher(publisher, policy.Publishers, checks);
        return new Verdict.Verified
        {
            Identity = identity,
            Publisher = publisher,
            SignedAt = times.Min(),
            Log = log.Name,
            LogIndex = bundle.LogEntries[0].Index,
            PredicateType = predicateType,
        };
    }

    static VerificationKey? GetKey(SigningCertificate? certificate, VerificationPolicy policy) =>
        (certificate, policy.Key) switch
        {
            (null, var trusted) => trusted,
            (_, null) => certificate.Key,
            _ => null,
        };

    (TransparencyLog Log, List<DateTimeOffset> Times) VerifyTimes(SigstoreBundle bundle, VerificationChecks checks)
    {
        var twice = bundle.LogEntries
            .GroupBy(entry =>
                (Convert.ToHexString(entry.LogId.Span), Convert.ToHexString(SHA256.HashData(entry.Body.Span))))
            .Any(same => same.Count() > 1);
        checks.Require(VerificationStep.EntryTwice, !twice, "a log entry is there twice");
        var verifier = new EntryVerifier(root, checks);
        List<TransparencyLog> logs = [];
        List<DateTimeOffset> times = [];
        foreach (var entry in bundle.LogEntries)
        {
            var (log, time) = verifier.Verify(entry);
            logs.Add(log);
            if (time is { } proven)
                times.Add(proven);
        }
        var timestamps = new TimestampVerifier(root, checks);
        foreach (var timestamp in bundle.Timestamps)
            times.Add(timestamps.Verify(timestamp, bundle.Content.Signature.Span));
        if (times.Count == 0 || logs.Count == 0)
        {
            throw new VerificationException(
                VerificationStep.ProvenTime, "no log or timestamp proves when it was signed");
        }
        foreach (var (log, time) in logs.SelectMany(_ => times, (log, time) => (log, time)))
            verifier.RequireValid(log, time);
        return (logs[0], times);
    }

    SigningIdentity VerifyCertificate(
        SigningCertificate certificate, List<DateTimeOffset> times, VerificationChecks checks)
    {
        new CertificateVerifier(root, checks).Verify(certificate, times);
        return SigningIdentity.Read(certificate.X509);
    }

    /// <summary>Says how far the publisher is the demanded one that it comes closest to.</summary>
    static void RequirePublisher(
        AttestedPublisher? publisher, IReadOnlyList<RequiredPublisher>? demanded, VerificationChecks checks)
    {
        if (demanded is null)
            return;
        var mismatches = publisher is null
            ? [VerificationStep.Issuer]
            : demanded.Select(each => each.FindMismatch(publisher)).ToList();
        if (mismatches.Contains(null))
            return;
        checks.Require(
            mismatches.Max() ?? VerificationStep.Issuer, false,
            $"{publisher?.ToString() ?? "a key"} has signed, but demanded is "
                + string.Join(" or ", demanded));
    }
}
