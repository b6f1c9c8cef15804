using System.Buffers.Binary;

namespace PyRepo.Sigstore.Certificates;

/// <summary>A log's promise to include a certificate (RFC 6962 §3.2), as the certificate itself holds it (§3.3).</summary>
sealed record SignedCertificateTimestamp
{
    /// <summary>The extension that holds a list of them.</summary>
    public const string Oid = "1.3.6.1.4.1.11129.2.4.2";

    /// <summary>Fulcio's certificates have one.</summary>
    const int MaxCount = 8;

    const byte Sha256 = 4, Rsa = 1, Ecdsa = 3;

    /// <summary>The log's id.</summary>
    public required ReadOnlyMemory<byte> LogId { get; init; }

    /// <summary>When the log saw the certificate, in milliseconds since 1970.</summary>
    public required ulong Milliseconds { get; init; }

    /// <summary>The bytes that its format calls extensions.</summary>
    public required ReadOnlyMemory<byte> Extensions { get; init; }

    /// <summary>The log's signature.</summary>
    public required ReadOnlyMemory<byte> Signature { get; init; }

    /// <summary>The time; null if it is none.</summary>
    public DateTimeOffset? Time =>
        Milliseconds <= (ulong)DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds((long)Milliseconds)
            : null;

    /// <summary>Reads a list, leaving out those of later versions or algorithms.</summary>
    /// <exception cref="FormatException">It is not valid.</exception>
    public static IReadOnlyList<SignedCertificateTimestamp> ParseList(ReadOnlyMemory<byte> list)
    {
        var outer = new TlsReader(list);
        var items = new TlsReader(outer.ReadVector16());
        outer.ThrowIfNotEmpty();
        var read = new List<SignedCertificateTimestamp>();
        while (!items.IsEmpty)
        {
            var item = new TlsReader(items.ReadVector16());
            if (item.ReadByte() == 0 && Read(item) is { } timestamp)
                read.Add(timestamp);
        }
        return read.Count <= MaxCount
            ? read
            : throw new FormatException($"the certificate has more than {MaxCount} timestamps");
    }

    static SignedCertificateTimestamp? Read(TlsReader item)
    {
        var logId = item.Read(32);
        var milliseconds = BinaryPrimitives.ReadUInt64BigEndian(item.Read(8).Span);
        var extensions = item.ReadVector16();
        var (hash, algorithm) = (item.ReadByte(), item.ReadByte());
        var signature = item.ReadVector16();
        item.ThrowIfNotEmpty();
        return hash == Sha256 && algorithm is (Rsa or Ecdsa)
            ? new SignedCertificateTimestamp
            {
                LogId = logId,
                Milliseconds = milliseconds,
                Extensions = extensions,
                Signature = signature,
            }
            : null;
    }

    /// <summary>The bytes that the log has signed.</summary>
    /// <param name="issuer">The key of the certificate's issuer, as SubjectPublicKeyInfo.</param>
    /// <param name="toBeSigned">The certificate without these timestamps (RFC 6962 §3.2, <c>tbs_certificate</c>).</param>
    public byte[] Encode(ReadOnlySpan<byte> issuer, ReadOnlySpan<byte> toBeSigned)
    {
        const byte version = 0, certificateTimestamp = 0;
        const ushort precertificate = 1;
        var encoded = new byte[2 + 8 + 2 + 32 + 3 + toBeSigned.Length + 2 + Extensions.Length];
        (encoded[0], encoded[1]) = (version, certificateTimestamp);
        BinaryPrimitives.WriteUInt64BigEndian(encoded.AsSpan(2), Milliseconds);
        BinaryPrimitives.WriteUInt16BigEndian(encoded.AsSpan(10), precertificate);
        System.Security.Cryptography.SHA256.HashData(issuer, encoded.AsSpan(12));
        encoded[44] = (byte)(toBeSigned.Length >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(encoded.AsSpan(45), (ushort)toBeSigned.Length);
        toBeSigned.CopyTo(encoded.AsSpan(47));
        var end = encoded.AsSpan(47 + toBeSigned.Length);
        BinaryPrimitives.WriteUInt16BigEndian(end, (ushort)Extensions.Length);
        Extensions.Span.CopyTo(end[2..]);
        return encoded;
    }
}
