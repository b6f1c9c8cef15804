using System.Security.Cryptography;
using PyRepo.Packaging.Hashes;
using PyRepo.Storage;

namespace PyRepo.Server.Content.Records;

/// <summary>Copies bytes into a store in flat memory, and hashes them on the way.</summary>
static class HashedCopy
{
    const int BufferLength = 256 * 1024;

    /// <summary>Copies the next bytes of a stream. Returns their SHA-256.</summary>
    /// <param name="from">The stream.</param>
    /// <param name="length">How many bytes are copied.</param>
    /// <param name="to">Receives them.</param>
    /// <param name="read">Receives the number of bytes that were read since the last call.</param>
    /// <param name="cancellationToken">Stops copying.</param>
    /// <exception cref="EndOfStreamException">The stream has fewer bytes.</exception>
    public static async Task<Sha256Digest> RunAsync(
        Stream from, long length, StagedObject to, Action<long>? read, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[(int)Math.Min(BufferLength, length)];
        while (length > 0)
        {
            var part = buffer.AsMemory(0, (int)Math.Min(buffer.Length, length));
            await from.ReadExactlyAsync(part, cancellationToken);
            hash.AppendData(part.Span);
            await to.AppendAsync(part, cancellationToken);
            length -= part.Length;
            read?.Invoke(part.Length);
        }
        return Sha256Digest.FromBytes(hash.GetHashAndReset());
    }
}
