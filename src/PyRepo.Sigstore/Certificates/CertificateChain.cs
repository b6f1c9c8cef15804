using System.Security.Cryptography.X509Certificates;
using PyRepo.Sigstore.Roots;

namespace PyRepo.Sigstore.Certificates;

/// <summary>The path from a certificate to the root of an authority (RFC 5280 §6).</summary>
static class CertificateChain
{
    /// <summary>
    /// Whether a path of exactly these certificates was valid at a time. The platform also looks for others on the
    /// machine: with any of those, it is another path.
    /// </summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="issuers">Those above it, the root last.</param>
    /// <param name="time">The time.</param>
    public static bool IsValid(
        X509Certificate2 certificate, IReadOnlyList<X509Certificate2> issuers, DateTimeOffset time)
    {
        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.Add(issuers[^1]);
        policy.ExtraStore.AddRange(issuers.SkipLast(1).ToArray());
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        policy.VerificationTime = time.UtcDateTime;
        try
        {
            return chain.Build(certificate)
                && chain.ChainElements.Count == issuers.Count + 1
                && chain.ChainElements.Skip(1).Zip(issuers).All(pair =>
                    pair.First.Certificate.RawDataMemory.Span.SequenceEqual(pair.Second.RawDataMemory.Span));
        }
        finally
        {
            foreach (var element in chain.ChainElements)
                element.Certificate.Dispose();
        }
    }
}
