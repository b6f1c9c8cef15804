using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using PyRepo.Packaging.Hashes;

namespace PyRepo.Server.Endpoints.Uploads;

/// <summary>
/// Computes the digests of an upload while it is received. SHA-256 is always computed, the others only if the client
/// sent them.
/// </summary>
sealed class UploadDigests(bool md5, bool blake2b256) : IDisposable
{
    readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    readonly IncrementalHash? _md5 = md5 ? IncrementalHash.CreateHash(HashAlgorithmName.MD5) : null;
    readonly Blake2b256? _blake2b256 = blake2b256 ? new Blake2b256() : null;

    /// <summary>The SHA-256 digest. It is available after <see cref="Complete"/>.</summary>
    public Sha256Digest Sha256 { get; private set; }

    /// <summary>The digest in lower-case hexadecimal, or null if it was not requested.</summary>
    public string? Md5 { get; private set; }

    /// <inheritdoc cref="Md5"/>
    public string? Blake2b256 { get; private set; }

    /// <summary>Appends bytes to each digest, one after the other.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        _sha256.AppendData(bytes);
        _md5?.AppendData(bytes);
        _blake2b256?.Append(bytes);
    }

    /// <summary>
    /// Starts to append bytes to each digest, each on a thread of its own. Nothing more may be appended until all of
    /// the tasks have ended.
    /// </summary>
    public IEnumerable<Task> BeginAppend(ReadOnlyMemory<byte> bytes)
    {
        yield return Task.Run(() => _sha256.AppendData(bytes.Span));
        if (_md5 is not null)
            yield return Task.Run(() => _md5.AppendData(bytes.Span));
        if (_blake2b256 is not null)
            yield return Task.Run(() => _blake2b256.Append(bytes.Span));
    }

    public void Complete()
    {
        Sha256 = Sha256Digest.FromBytes(_sha256.GetHashAndReset());
        Md5 = _md5 is null ? null : Convert.ToHexStringLower(_md5.GetHashAndReset());
        Blake2b256 = _blake2b256 is null ? null : Convert.ToHexStringLower(_blake2b256.GetHashAndReset());
    }

    /// <summary>
    /// Computes the digests of a file. This is for digests that the form contains only after the content.
    /// </summary>
    public static UploadDigests From(Stream file, bool md5, bool blake2b256)
    {
        var digests = new UploadDigests(md5, blake2b256);
        var buffer = new byte[256 * 1024];
        for (int read; (read = file.Read(buffer)) > 0;)
            digests.Append(buffer.AsSpan(0, read));
        digests.Complete();
        return digests;
    }

    public void Dispose()
    {
        _sha256.Dispose();
        _md5?.Dispose();
    }
}
