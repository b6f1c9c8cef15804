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
    readonly ConcurrentDictionary<string, VersionTag?> _damaged = new(StringComparer.Ordinal);

    /// <summary>The keys of the files that were found to be damaged or missing.</summary>
    public IEnumerable<string> Damaged => _damaged.Keys;

    /// <summary>
    /// Whether the opened content is the distribution's, as far as its size and time tell. An adopted file whose
    /// modification time changed is hashed once.
    /// </summary>
    public ValueTask<bool> IsIntactAsync(
        StoredContent content, Distribution file, CancellationToken cancellationToken)
    {
        if (content.Object.Length != file.Size || IsDamaged(content))
            return new(false);
        return file.FileTime is null || file.FileTime == content.Object.LastModified
            ? new(true)
            : VerifyAsync(content, file, cancellationToken);
    }

    /// <summary>
    /// Whether the content is the distribution's. It is hashed unless that was done since the server started. If it is
    /// null, the file is missing.
    /// </summary>
    public async ValueTask<bool> VerifyAsync(
        StoredContent? content, Distribution file, CancellationToken cancellationToken)
    {
        if (content is not null && _intact.ContainsKey((content.Object.Key, content.Object.Version)))
            return true;
        if (content is not null && content.Object.Length == file.Size && !IsDamaged(content)
            && await HashAsync(content, cancellationToken) == file.Sha256)
        {
            RememberIntact(content.Object);
            return true;
        }
        _damaged[file.Location] = content?.Object.Version;
        return false;
    }

    /// <summary>Remembers that an object has the right bytes, because they were hashed as they were written.</summary>
    public void RememberIntact(StoredObject found)
    {
        if (_intact.Count >= MaxRemembered)
            _intact.Clear();
        _intact[(found.Key, found.Version)] = true;
    }

    /// <summary>Forgets a file that no record refers to anymore.</summary>
    public void Forget(string key) => _damaged.TryRemove(key, out _);

    bool IsDamaged(StoredContent content) =>
        !_damaged.IsEmpty && _damaged.TryGetValue(content.Object.Key, out var version)
            && version == content.Object.Version;

    static async Task<Sha256Digest> HashAsync(StoredContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.OpenStreamAsync(0, cancellationToken);
        return await Sha256Digest.HashDataAsync(stream, cancellationToken);
    }
}
