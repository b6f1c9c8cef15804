using PyRepo.Packaging.Hashes;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Content.Records;

/// <summary>
/// The files of a project that were deleted or replaced, and whose bytes stayed in the store. It is not thread-safe; its
/// history guards it.
/// </summary>
sealed class RemovedFiles
{
    /// <summary>The approximate memory that one takes beside what is packed, in bytes.</summary>
    const int WeightOfFile = 350;

    /// <summary>How long it is known of a file when its bytes were removed, for whoever asks for it.</summary>
    static readonly TimeSpan _purgedFor = TimeSpan.FromDays(90);

    readonly Dictionary<string, RemovedFile> _files = new(StringComparer.Ordinal);

    /// <summary>The keys in the order of their removal, some of which are in use again.</summary>
    readonly Queue<(string Key, DateTimeOffset At)> _removed = new();

    readonly Queue<(string Key, DateTimeOffset At)> _purged = new();

    int _keptCount;
    long _keptBytes;
    long _packedWeight;

    /// <summary>The approximate memory that they take, in bytes.</summary>
    public long Weight => _packedWeight + ((long)_files.Count * WeightOfFile);

    /// <summary>All of them, in no particular order.</summary>
    public IEnumerable<RemovedFile> All => _files.Values;

    /// <summary>The bytes that are kept of them.</summary>
    public KeptBytes Kept
    {
        get
        {
            while (_removed.TryPeek(out var first) && !IsKeptSince(first.Key, first.At))
                _removed.Dequeue();
            return _keptCount == 0 ? KeptBytes.None
                : new(_keptCount, _keptBytes, _removed.TryPeek(out var oldest) ? oldest.At : null);
        }
    }

    /// <summary>Finds the file whose bytes are, or were, at a key.</summary>
    public RemovedFile? Find(string key) => _files.GetValueOrDefault(key);

    /// <summary>Adds a file whose bytes stay.</summary>
    public void Add(string key, RemovedFile file)
    {
        Take(key);
        _files[key] = file;
        _removed.Enqueue((key, file.At));
        (_keptCount, _keptBytes) = (_keptCount + 1, _keptBytes + file.Packed.Size);
        _packedWeight += file.Packed.Weight;
    }

    /// <summary>Removes and returns the file at a key, which has bytes that are visible again, or other ones.</summary>
    public RemovedFile? Take(string key)
    {
        if (!_files.Remove(key, out var file))
            return null;
        _packedWeight -= file.Packed.Weight;
        if (file.PurgedAt is null)
            Forget(file);
        return file;
    }

    /// <summary>Notes that the bytes at a key are gone.</summary>
    public void Purge(string key, DateTimeOffset at)
    {
        while (_purged.TryPeek(out var old) && at - old.At > _purgedFor)
        {
            _purged.Dequeue();
            if (Find(old.Key)?.PurgedAt == old.At)
                Take(old.Key);
        }
        if (Find(key) is not { PurgedAt: null } file)
            return;
        Forget(file);
        _files[key] = file with { PurgedAt = at };
        _purged.Enqueue((key, at));
    }

    void Forget(RemovedFile file) =>
        (_keptCount, _keptBytes) = (_keptCount - 1, _keptBytes - file.Packed.Size);

    bool IsKeptSince(string key, DateTimeOffset at) => Find(key) is { PurgedAt: null } file && file.At == at;
}

/// <summary>A file that was deleted or replaced, and whose bytes stayed in the store.</summary>
/// <param name="Packed">The file as it was.</param>
/// <param name="At">When that was.</param>
/// <param name="By">The actor.</param>
/// <param name="WasReplaced">Whether other bytes took its name, else it was deleted.</param>
/// <param name="PurgedAt">When its bytes were removed, or null if they are there.</param>
sealed record RemovedFile(
    PackedDistribution Packed, DateTimeOffset At, string By, bool WasReplaced, DateTimeOffset? PurgedAt = null)
{
    /// <summary>Whether it had these bytes.</summary>
    public bool Had(Sha256Digest sha256) => Packed.Sha256 == sha256;
}

/// <summary>The bytes that are kept of removed files.</summary>
/// <param name="Files">How many files.</param>
/// <param name="Bytes">Their sizes' sum.</param>
/// <param name="Since">When the first of them was removed, or null if there is none.</param>
sealed record KeptBytes(int Files, long Bytes, DateTimeOffset? Since)
{
    /// <summary>None.</summary>
    public static KeptBytes None { get; } = new(0, 0, null);
}
