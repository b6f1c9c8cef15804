using PyRepo.Sigstore.Roots;

namespace PyRepo.Sigstore.Certificates;

/// <summary>Verifies that an authority of the trusted root issued a certificate, and that a log saw it.</summary>
sealed class CertificateVerifier(TrustedRoot root, VerificationChecks checks)
{
    /// <summary>Verifies a certificate at each proven time.</summary>
    /// <exception cref="VerificationException">It is not proved.</exception>
    public void Verify(SigningCertificate certificate, IReadOnlyList<DateTimeOffset> times)
    {
        foreach (var time in times)
        {
            checks.Require(
                VerificationStep.CertificateValidity, certificate.NotBefore <= time && time <= certificate.NotAfter,
                $"the certificate was not valid at {time:u}");
        }
        var authorities = root.Authorities.Where(each => IsFrom(certificate, each)).ToList();
        checks.Require(
            VerificationStep.CertificateChain, authorities.Count > 0,
            "the certificate is from no authority of the trusted root");
        foreach (var time in times)
        {
            checks.Require(
                VerificationStep.AuthorityValidity,
                authorities.Count == 0 || authorities.Any(each => each.Validity.Contains(time)),
                $"the certificate's authority was not trusted at {time:u}");
        }
        certificate.CheckUsage(checks);
        if (authorities.Count > 0)
            VerifyTimestamps(certificate, authorities[0]);
    }

    /// <summary>A certificate lives for minutes: what is valid at its start is valid as long.</summary>
    static bool IsFrom(SigningCertificate certificate, CertificateAuthority authority) =>
        CertificateChain.IsValid(certificate.X509, authority.Chain, certificate.NotBefore);

    void VerifyTimestamps(SigningCertificate certificate, CertificateAuthority authority)
    {
        var issuer = authority.Chain[0].PublicKey.ExportSubjectPublicKeyInfo();
        var (timestamps, toBeSigned) = Precertificate.Read(certificate.X509.RawDataMemory);
        var signed = (
            from timestamp in timestamps
            from log in root.CertificateLogs
            where log.Id.Span.SequenceEqual(timestamp.LogId.Span)
                && log.Key.Verify(timestamp.Encode(issuer, toBeSigned), timestamp.Signature.Span)
            select (timestamp.Time, log.Validity)).ToList();
        checks.Require(
            VerificationStep.CertificateTimestamp, signed.Count > 0,
            "the certificate has no timestamp of a certificate log of the trusted root");
        checks.Require(
            VerificationStep.CertificateLogValidity,
            signed.Count == 0 || signed.Any(each => each.Time is { } time && each.Validity.Contains(time)),
            "the certificate log was not trusted at the time of its timestamp");
    }
}
