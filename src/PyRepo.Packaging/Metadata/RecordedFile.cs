using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;

namespace PyRepo.Packaging.Metadata;

/// <summary>The digest and the size of a file, as a RECORD has them.</summary>
/// <param name="Digest">The file's digest, or null.</param>
/// <param name="Size">The file's size in bytes, or null.</param>
readonly record struct RecordedFile(RecordedDigest? Digest, long? Size)
{
    /// <summary>Parses the last two fields of a row. Returns false if one is neither empty nor valid.</summary>
    public static bool TryParse(RecordRow row, out RecordedFile file)
    {
        file = default;
        var digest = default(RecordedDigest);
        var size = 0L;
        if (row.Digest.Length > 0 && !RecordedDigest.TryParse(row.Digest, out digest))
            return false;
        if (row.Size.Length > 0
            && !long.TryParse(row.Size, NumberStyles.None, CultureInfo.InvariantCulture, out size))
            return false;
        file = new RecordedFile(row.Digest.Length > 0 ? digest : null, row.Size.Length > 0 ? size : null);
        return true;
    }
}

/// <summary>A digest of a RECORD: <c>sha256=…</c> in base64url, in old wheels also MD5 or SHA-1.</summary>
/// <remarks>A wheel may have hundreds of thousands. The first 16 bytes tell one file from every other.</remarks>
readonly record struct RecordedDigest(HashAlgorithmName Algorithm, UInt128 Beginning)
{
    const int MaxLength = 64;

    /// <summary>Parses a digest. Returns false if its algorithm is not known, or its length another.</summary>
    public static bool TryParse(string text, out RecordedDigest digest)
    {
        digest = default;
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0 || !TryGetAlgorithm(text[..equals], out var algorithm, out var length))
            return false;
        Span<byte> bytes = stackalloc byte[MaxLength];
        var encoded = text.AsSpan(equals + 1).TrimEnd('=');
        if (Base64Url.GetMaxDecodedLength(encoded.Length) > MaxLength
            || !Base64Url.IsValid(encoded) || Base64Url.DecodeFromChars(encoded, bytes) != length)
            return false;
        digest = FromHash(algorithm, bytes);
        return true;
    }

    /// <summary>Returns the digest with these bytes.</summary>
    public static RecordedDigest FromHash(HashAlgorithmName algorithm, ReadOnlySpan<byte> hash) =>
        new(algorithm, BinaryPrimitives.ReadUInt128LittleEndian(hash));

    static bool TryGetAlgorithm(string name, out HashAlgorithmName algorithm, out int length)
    {
        (algorithm, length) = name.ToLowerInvariant() switch
        {
            "sha256" => (HashAlgorithmName.SHA256, SHA256.HashSizeInBytes),
            "sha384" => (HashAlgorithmName.SHA384, SHA384.HashSizeInBytes),
            "sha512" => (HashAlgorithmName.SHA512, SHA512.HashSizeInBytes),
            "sha1" => (HashAlgorithmName.SHA1, SHA1.HashSizeInBytes),
            "md5" => (HashAlgorithmName.MD5, MD5.HashSizeInBytes),
            _ => (default, 0),
        };
        return length > 0;
    }
}
