using System.Security.Cryptography.X509Certificates;

namespace PyRepo.Sigstore.Roots;

/// <summary>An authority that issues certificates (Fulcio), or timestamps.</summary>
public sealed record CertificateAuthority
{
    /// <summary>Its certificates, the root last.</summary>
    public required IReadOnlyList<X509Certificate2> Chain { get; init; }

    /// <summary>When the trusted root trusts it.</summary>
    public required ValidityPeriod Validity { get; init; }
}
