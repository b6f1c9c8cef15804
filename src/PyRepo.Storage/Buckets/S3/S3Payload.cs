using System.Buffers;
using System.Security.Cryptography;
using PyRepo.Storage.Buckets.Http;

namespace PyRepo.Storage.Buckets.S3;

/// <summary>
/// The body of a message with its SHA-256. The signature covers that, also over TLS, so the service notices a damaged
/// body. It is of the whole body: not every service understands signed chunks, or checksums that follow it.
/// </summary>
/// <param name="Content">The body, or null.</param>
/// <param name="Hash">The SHA-256 of its bytes, in hexadecimal.</param>
/// <param name="Md5">Their MD5, if it was asked for.</param>
readonly record struct S3Payload(HttpContent? Content, string Hash, byte[]? Md5 = null)
{
    /// <summary>Up to this length, bytes of a file are read once, and not again to be sent.</summary>
    const int MaxRead = 64 * 1024;
    const int BufferLength = 128 * 1024;

    /// <summary>No body.</summary>
    public static S3Payload None { get; } =
        new(null, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");

    /// <summary>Opens a body anew.</summary>
    /// <param name="body">The body.</param>
    /// <param name="withMd5">Whether to compute its MD5, too.</param>
    public static S3Payload Open(BucketBody body, bool withMd5)
    {
        if (!body.IsInMemory && body.Length > MaxRead)
        {
            var (sha256, md5) = HashFile(body, withMd5);
            return new(BucketBodyContent.Create(body), sha256, md5);
        }
        var bytes = body.ToMemory();
        return new(
            new ReadOnlyMemoryContent(bytes), Convert.ToHexStringLower(SHA256.HashData(bytes.Span)),
            withMd5 ? HashMd5(bytes.Span) : null);
    }

#pragma warning disable CA5351 // S3 defines Content-MD5 so. What protects the bytes is the SHA-256.
    static byte[] HashMd5(ReadOnlySpan<byte> bytes) => MD5.HashData(bytes);
#pragma warning restore CA5351

    static (string Sha256, byte[]? Md5) HashFile(BucketBody body, bool withMd5)
    {
        using var bytes = body.Open();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var md5 = withMd5 ? IncrementalHash.CreateHash(HashAlgorithmName.MD5) : null;
        var buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            var length = 0L;
            for (int read; (read = bytes.Read(buffer)) > 0; length += read)
            {
                hash.AppendData(buffer, 0, read);
                md5?.AppendData(buffer, 0, read);
            }
            return length == body.Length
                ? (Convert.ToHexStringLower(hash.GetHashAndReset()), md5?.GetHashAndReset())
                : throw new EndOfStreamException("A file is shorter than what was written to it.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
