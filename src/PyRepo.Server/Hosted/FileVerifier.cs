using System.Collections.Concurrent;
using PyRepo.Packaging.Hashes;
using PyRepo.Server.Repositories;
using PyRepo.Storage;

namespace PyRepo.Server.Hosted;

/// <summary>Checks whether files still have the bytes that the record describes.</summary>
sealed class FileVerifier
{
    const int MaxRemembered = 10_000;
    readonly ConcurrentDictionary<(string Key, VersionTag Version), bool> _intact = new();
    readonly ConcurrentDictionary<(string Key, VersionTag Version), bool> _damaged = new();

    /// <summary>
    /// Whether the opened content is the distribution's, as far as its size and time tell. An adopted file whose
    /// modification time changed is hashed once.
    /// </summary>
    public ValueTask<bool> IsIntactAsync(
        StoredContent content, Distribution file, CancellationToken cancellationToken)
    {
        if (content.Object.Length != file.Size || (!_damaged.IsEmpty && _damaged.ContainsKey(VersionOf(content))))
            return new(false);
        return file.FileTime is null || file.FileTime == content.Object.LastModified
            ? new(true)
            : VerifyAsync(content, file, cancellationToken);
    }

    /// <summary>
    /// Whether the opened content is the distribution's. It is hashed unless that was done since the server started.
    /// </summary>
    public async ValueTask<bool> VerifyAsync(
        StoredContent content, Distribution file, CancellationToken cancellationToken)
    {
        if (content.Object.Length != file.Size || _damaged.ContainsKey(VersionOf(content)))
            return false;
        if (_intact.ContainsKey(VersionOf(content)))
            return true;
        if (await HashAsync(content, cancellationToken) == file.Sha256)
        {
            RememberIntact(content.Object);
            return true;
        }
        _damaged[VersionOf(content)] = true;
        return false;
    }

    /// <summary>Remembers that an object has the right bytes, because they were hashed as they were written.</summary>
    public void RememberIntact(StoredObject found)
    {
        if (_intact.Count >= MaxRemembered)
            _intact.Clear();
        _intact[(found.Key, found.Version)] = true;
    }

    static async Task<Sha256Digest> HashAsync(StoredContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.OpenStreamAsync(0, cancellationToken);
        return await Sha256Digest.HashDataAsync(stream, cancellationToken);
    }

    static (string Key, VersionTag Version) VersionOf(StoredContent content) =>
        (content.Object.Key, content.Object.Version);
}
