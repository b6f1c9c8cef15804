using System.Security.Cryptography;
using PyRepo.Egress;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Simple;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Proxies.Files;

/// <summary>
/// Computes the SHA-256 of a file while it is downloaded. Compares it, or the strongest digest that upstream provides.
/// </summary>
sealed class FileDigest : IDisposable
{
    readonly Distribution _file;
    readonly Sha256Digest? _before;
    readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    readonly IncrementalHash? _other;

    /// <param name="file">The file as listed on upstream's page.</param>
    /// <param name="before">
    /// The digest of the file when it was first fetched. It is decisive if upstream provides no SHA-256.
    /// </param>
    public FileDigest(Distribution file, Sha256Digest? before)
    {
        (_file, _before) = (file, before);
        if (file.Sha256 is null && GetAlgorithm(file.OtherHashes) is { } algorithm)
            _other = IncrementalHash.CreateHash(algorithm);
    }

    /// <summary>Called with what is wrong, if the file is.</summary>
    public Action<string>? Refused { get; init; }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        _sha256.AppendData(bytes);
        _other?.AppendData(bytes);
    }

    /// <summary>Verifies the file, and returns its SHA-256.</summary>
    /// <exception cref="UpstreamUnavailableException">
    /// The file differs from the one listed on upstream's page.
    /// </exception>
    public Sha256Digest Verify()
    {
        var sha256 = Sha256Digest.FromBytes(_sha256.GetHashAndReset());
        if (_file.Sha256 is { } promised && promised != sha256)
        {
            throw Refuse(
                $"Upstream sent other bytes for '{_file.Name.FileName}' (SHA-256 {sha256}) than its page promises "
                + $"({promised}).");
        }
        if (_other is not null && _file.OtherHashes.OtherHex is { } hex
            && !hex.Equals(Convert.ToHexStringLower(_other.GetHashAndReset()), StringComparison.OrdinalIgnoreCase))
        {
            throw Refuse(
                $"Upstream sent other bytes for '{_file.Name.FileName}' than the "
                + $"{_file.OtherHashes.OtherAlgorithm} of its page promises.");
        }
        if (_file.Sha256 is null && _before is not null && _before != sha256)
            throw Refuse($"Upstream sends other bytes for '{_file.Name.FileName}' than it did before.");
        return sha256;
    }

    public void Dispose()
    {
        _sha256.Dispose();
        _other?.Dispose();
    }

    UpstreamUnavailableException Refuse(string message)
    {
        Refused?.Invoke(message);
        return new UpstreamUnavailableException(message);
    }

    static HashAlgorithmName? GetAlgorithm(FileHashes hashes) => hashes.OtherAlgorithm switch
    {
        "sha512" => HashAlgorithmName.SHA512,
        "sha384" => HashAlgorithmName.SHA384,
        "sha1" => HashAlgorithmName.SHA1,
        "md5" => HashAlgorithmName.MD5,
        _ => null,
    };
}
