using PyRepo.Sigstore.Statements;

namespace PyRepo.Sigstore.Bundles;

/// <summary>
/// A signature with all that is needed to verify it without a network (
/// <see href="https://docs.sigstore.dev/about/bundle/">Sigstore's bundle</see>), or an attestation of PEP 740, which
/// has the same content in another form.
/// </summary>
public sealed record SigstoreBundle
{
    /// <summary>The length in bytes of either form.</summary>
    public const int MaxLength = 1 << 20;

    /// <summary>The signed content: an envelope, or a file itself.</summary>
    public required SignedContent Content { get; init; }

    /// <summary>The signer's certificate as DER; null if a key that the verifier knows has signed.</summary>
    public required byte[]? Certificate { get; init; }

    /// <summary>The entries of logs.</summary>
    public required IReadOnlyList<LogEntry> LogEntries { get; init; }

    /// <summary>Responses of timestamp authorities (RFC 3161 §2.4.2).</summary>
    public required IReadOnlyList<ReadOnlyMemory<byte>> Timestamps { get; init; }

    /// <summary>Reads a bundle.</summary>
    /// <exception cref="FormatException">It is not valid. The message is without a full stop.</exception>
    public static SigstoreBundle Parse(ReadOnlySpan<byte> json) => json.Length <= MaxLength
        ? BundleDocument.Read(json)
        : throw new FormatException("it is too long");

    /// <summary>Reads an attestation of PEP 740.</summary>
    /// <exception cref="FormatException">It is not valid. The message is without a full stop.</exception>
    public static SigstoreBundle ParseAttestation(ReadOnlySpan<byte> json) => json.Length <= MaxLength
        ? AttestationDocument.Read(json)
        : throw new FormatException("it is too long");
}
