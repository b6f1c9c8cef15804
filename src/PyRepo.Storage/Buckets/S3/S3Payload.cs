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
readonly record struct S3Payload(HttpContent? Content, string Hash)
{
    /// <summary>Up to this length, bytes of a file are read once, and not again to be sent.</summary>
    const int MaxRead = 64 * 1024;
    const int BufferLength = 128 * 1024;

    /// <summary>No body.</summary>
    public static S3Payload None { get; } =
        new(null, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");

    /// <summary>Opens a body anew.</summary>
    public static S3Payload Open(BucketBody body)
    {
        if (!body.IsInMemory && body.Length > MaxRead)
            return new(BucketBodyContent.Create(body), HashFile(body));
        var bytes = body.ToMemory();
        return new(new ReadOnlyMemoryContent(bytes), Convert.ToHexStringLower(SHA256.HashData(bytes.Span)));
    }

    static string HashFile(BucketBody body)
    {
        using var bytes = body.Open();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            var length = 0L;
            for (int read; (read = bytes.Read(buffer)) > 0; length += read)
                hash.AppendData(buffer, 0, read);
            return length == body.Length
                ? Convert.ToHexStringLower(hash.GetHashAndReset())
                : throw new EndOfStreamException("A file is shorter than what was written to it.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
