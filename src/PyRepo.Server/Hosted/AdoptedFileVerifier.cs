using System.Collections.Concurrent;
using System.Security.Cryptography;
using PyRepo.Packaging.Hashes;
using PyRepo.Server.Repositories;
using PyRepo.Storage;

namespace PyRepo.Server.Hosted;

/// <summary>Checks whether files that others may change still have the bytes that the record describes.</summary>
sealed class AdoptedFileVerifier
{
    const int MaxRemembered = 10_000;
    readonly ConcurrentDictionary<(string Key, VersionTag Version), bool> _verified = new();

    /// <summary>
    /// Whether the opened content is the distribution's. If its modification time changed, it is hashed once.
    /// </summary>
    public async ValueTask<bool> IsIntactAsync(
        StoredContent content, Distribution file, CancellationToken cancellationToken)
    {
        if (content.Object.Length != file.Size)
            return false;
        if (file.FileTime is null || file.FileTime == content.Object.LastModified)
            return true;
        var version = (content.Object.Key, content.Object.Version);
        if (_verified.TryGetValue(version, out var intact))
            return intact;
        intact = await HashAsync(content, cancellationToken) == file.Sha256;
        if (_verified.Count >= MaxRemembered)
            _verified.Clear();
        _verified[version] = intact;
        return intact;
    }

    /// <summary>Computes the SHA-256 of an object.</summary>
    public static async Task<Sha256Digest> HashAsync(StoredContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.OpenStreamAsync(0, cancellationToken);
        return Sha256Digest.FromBytes(await SHA256.HashDataAsync(stream, cancellationToken));
    }
}
