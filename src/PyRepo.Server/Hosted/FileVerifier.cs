using System.Collections.Concurrent;
using PyRepo.Packaging.Hashes;
using PyRepo.Server.Records;
using PyRepo.Server.Repositories;
using PyRepo.Storage;

namespace PyRepo.Server.Hosted;

/// <summary>Checks whether files still have the bytes that the record describes.</summary>
sealed class FileVerifier
{
    const int MaxRemembered = 10_000;
    readonly ConcurrentDictionary<(string Key, VersionTag Version, Sha256Digest Sha256), bool> _intact = new();
    readonly ConcurrentDictionary<string, (VersionTag? Version, Sha256Digest Sha256)> _damaged =
        new(StringComparer.Ordinal);

    /// <summary>
    /// The keys of the files that the server wrote and that were found to be damaged or missing. Adoption reports
    /// those that others may change.
    /// </summary>
    public IEnumerable<string> Damaged => _damaged.Keys.Where(key => StorageLayout.IdOf(key) is not null);

    /// <summary>
    /// Whether the opened content is the distribution's, as far as its size and time tell. An adopted file whose
    /// modification time changed is hashed once.
    /// </summary>
    public ValueTask<bool> IsIntactAsync(
        StoredContent content, Distribution file, CancellationToken cancellationToken)
    {
        if (content.Object.Length != file.Size || IsDamaged(content, file))
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
        var sha256 = file.Sha256!.Value;
        if (content is not null && _intact.ContainsKey((content.Object.Key, content.Object.Version, sha256)))
            return true;
        if (content is not null && content.Object.Length == file.Size && !IsDamaged(content, file)
            && await HashAsync(content, cancellationToken) == sha256)
        {
            RememberIntact(content.Object, sha256);
            return true;
        }
        _damaged[file.Location] = (content?.Object.Version, sha256);
        return false;
    }

    /// <summary>Remembers that an object has this digest, because it was computed as the bytes were written.</summary>
    public void RememberIntact(StoredObject found, Sha256Digest sha256)
    {
        if (_intact.Count >= MaxRemembered)
            _intact.Clear();
        _intact[(found.Key, found.Version, sha256)] = true;
    }

    /// <summary>Forgets a file that no record refers to anymore.</summary>
    public void Forget(string key) => _damaged.TryRemove(key, out _);

    bool IsDamaged(StoredContent content, Distribution file) =>
        !_damaged.IsEmpty && _damaged.TryGetValue(content.Object.Key, out var damaged)
            && damaged == (content.Object.Version, file.Sha256!.Value);

    static async Task<Sha256Digest> HashAsync(StoredContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.OpenStreamAsync(0, cancellationToken);
        return await Sha256Digest.HashDataAsync(stream, cancellationToken);
    }
}
