using System.Security.Cryptography;
using PyRepo.Sigstore.Keys;

namespace PyRepo.Sigstore.Roots;

/// <summary>
/// The authorities and logs that are trusted (
/// <see href="https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_trustroot.proto">TrustedRoot</see>).
/// </summary>
public sealed record TrustedRoot
{
    /// <summary>The length in bytes of a document.</summary>
    public const int MaxLength = 1 << 20;

    /// <summary>The logs of signatures.</summary>
    public required IReadOnlyList<TransparencyLog> Logs { get; init; }

    /// <summary>The authorities that issue certificates.</summary>
    public required IReadOnlyList<CertificateAuthority> Authorities { get; init; }

    /// <summary>The logs of certificates.</summary>
    public required IReadOnlyList<TransparencyLog> CertificateLogs { get; init; }

    /// <summary>The authorities that issue timestamps.</summary>
    public required IReadOnlyList<CertificateAuthority> TimestampAuthorities { get; init; }

    /// <summary>The SHA-256 of the document, in hexadecimal.</summary>
    public string Digest { get; private init; } = "";

    /// <summary>When the newest of them began to be trusted: the root knows nothing that came later.</summary>
    public DateTimeOffset? Newest => Logs.Concat(CertificateLogs).Select(log => log.Validity.Start)
        .Concat(Authorities.Concat(TimestampAuthorities).Select(authority => authority.Validity.Start))
        .Cast<DateTimeOffset?>().Max();

    /// <summary>The root of Sigstore's public instance, as it was when this program was built.</summary>
    public static TrustedRoot Public => _public.Value;

    static readonly Lazy<TrustedRoot> _public = new(ReadPublic);

    /// <summary>Reads a document.</summary>
    /// <exception cref="FormatException">It is not valid. The message is without a full stop.</exception>
    public static TrustedRoot Parse(ReadOnlySpan<byte> json) => json.Length <= MaxLength
        ? TrustedRootDocument.Read(json) with { Digest = Convert.ToHexStringLower(SHA256.HashData(json)) }
        : throw new FormatException("it is too long");

    static TrustedRoot ReadPublic()
    {
        using var stream = typeof(TrustedRoot).Assembly.GetManifestResourceStream("trusted_root.json")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return Parse(bytes);
    }
}
