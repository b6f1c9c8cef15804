using System.Collections.Concurrent;
using PyRepo.Packaging.Hashes;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Content.Repositories;
using PyRepo.Storage;

namespace PyRepo.Server.Hosted;

/// <summary>Checks whether files still have the bytes that the record describes.</summary>
sealed class FileVerifier(TimeProvider clock)
{
    const int MaxRemembered = 10_000;
    const int Stripes = 8;

    /// <summary>
    /// How long a file counts as damaged. It may have been restored with the size and the time that it had.
    /// </summary>
    static readonly TimeSpan _damagedFor = TimeSpan.FromMinutes(1);
    readonly RecentSet<(string Key, VersionTag Version, Sha256Digest Sha256)> _intact = new(MaxRemembered);
    readonly SemaphoreSlim[] _hashing = [.. Enumerable.Range(0, Stripes).Select(_ => new SemaphoreSlim(1))];
    readonly ConcurrentDictionary<string, VerifiedBytes> _damaged = new(StringComparer.Ordinal);

    /// <summary>
    /// The keys of the files that the server wrote and that were found to be damaged or missing. Adoption reports
    /// those that others may change.
    /// </summary>
    public IEnumerable<string> Damaged => _damaged.Keys.Where(key => StorageLayout.GetId(key) is not null);

    /// <summary>
    /// Whether the opened content is the distribution's, as far as its size and time tell. An adopted file whose
    /// modification time changed is hashed once.
    /// </summary>
    public ValueTask<bool> IsIntactAsync(
        StoredContent? content, Distribution file, CancellationToken cancellationToken) =>
        content is not null && content.Object.Length == file.Size
            && (file.FileTime is null || file.FileTime == content.Object.LastModified)
            && !_damaged.ContainsKey(file.Location)
                ? new(true)
                : VerifyAsync(content, file, cancellationToken);

    /// <summary>
    /// Whether the content is the distribution's. It is hashed unless that was done since the server started. If it is
    /// null, the file is missing.
    /// </summary>
    public async ValueTask<bool> VerifyAsync(
        StoredContent? content, Distribution file, CancellationToken cancellationToken)
    {
        var sha256 = file.Sha256!.Value;
        if (content is null || content.Object.Length != file.Size)
        {
            if (content is null || !IsDamaged(content, file))
                _damaged[file.Location] = new VerifiedBytes(content?.Object.Version, sha256, clock.GetTimestamp());
            return false;
        }
        if (IsKnownIntact(content, sha256))
            return true;
        var turn = _hashing[(uint)content.Object.Key.GetHashCode(StringComparison.Ordinal) % Stripes];
        await turn.WaitAsync(cancellationToken);
        try
        {
            return await VerifyOnceAsync(content, file, sha256, cancellationToken);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Hashes a file, unless somebody did it while this caller waited.</summary>
    async Task<bool> VerifyOnceAsync(
        StoredContent content, Distribution file, Sha256Digest sha256, CancellationToken cancellationToken)
    {
        if (IsKnownIntact(content, sha256))
            return true;
        if (IsDamaged(content, file))
            return false;
        if (await HashAsync(content, cancellationToken) != sha256)
        {
            _damaged[file.Location] = new VerifiedBytes(content.Object.Version, sha256, clock.GetTimestamp());
            return false;
        }
        RememberIntact(content.Object, sha256);
        Forget(file.Location);
        return true;
    }

    bool IsKnownIntact(StoredContent content, Sha256Digest sha256) =>
        _intact.Contains((content.Object.Key, content.Object.Version, sha256));

    /// <summary>Remembers that an object has this digest, because it was computed as the bytes were written.</summary>
    public void RememberIntact(StoredObject found, Sha256Digest sha256) =>
        _intact.Add((found.Key, found.Version, sha256));

    /// <summary>Forgets a file that no record refers to anymore.</summary>
    public void Forget(string key) => _damaged.TryRemove(key, out _);

    bool IsDamaged(StoredContent content, Distribution file) =>
        !_damaged.IsEmpty && _damaged.TryGetValue(content.Object.Key, out var damaged)
            && damaged.Version == content.Object.Version && damaged.Sha256 == file.Sha256
            && clock.GetElapsedTime(damaged.At) < _damagedFor;

    static async Task<Sha256Digest> HashAsync(StoredContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.OpenStreamAsync(0, cancellationToken);
        return await Sha256Digest.HashDataAsync(stream, cancellationToken);
    }

    readonly record struct VerifiedBytes(VersionTag? Version, Sha256Digest Sha256, long At);
}
