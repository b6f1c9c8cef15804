using System.Text;
using PyRepo.Packaging.Hashes;

namespace PyRepo.Server.Serving.Backups;

/// <summary>
/// The objects of a backup by key, in about 170 bytes each: what a restoration reads, and what the next backup need not
/// copy.
/// </summary>
sealed class BackupIndex
{
    /// <summary>The greatest number of lines that is read. The bytes of a bucket are somebody else's.</summary>
    public const int MaxLines = 10_000_000;

    const int MaxKey = 1024;
    readonly byte[] _keys;
    readonly Slot[] _slots;
    readonly int[] _byDigest;
    readonly bool[] _isPresent;

    BackupIndex(byte[] keys, Slot[] slots)
    {
        (_keys, _slots, _isPresent) = (keys, slots, new bool[slots.Length]);
        _byDigest = [.. Enumerable.Range(0, slots.Length)];
        Array.Sort(_byDigest, (left, right) => _slots[left].Sha256.CompareTo(_slots[right].Sha256));
    }

    /// <summary>No objects.</summary>
    public static BackupIndex Empty { get; } = new([], []);

    /// <summary>The objects, in the order of their keys.</summary>
    public IEnumerable<BackupEntry> All => _slots.Select(ToEntry);

    /// <summary>Reads the lines of a manifest.</summary>
    /// <exception cref="InvalidDataException">There are too many.</exception>
    public static async Task<BackupIndex> ReadAsync(IAsyncEnumerable<BackupEntry> lines)
    {
        var (keys, slots) = (new MemoryStream(), new List<Slot>());
        await foreach (var line in lines)
        {
            if (slots.Count == MaxLines || keys.Length > int.MaxValue - 2 * MaxKey)
                throw new InvalidDataException($"The manifest has more than {MaxLines} lines.");
            var start = (int)keys.Length;
            keys.Write(Encoding.UTF8.GetBytes(line.Key));
            slots.Add(new(start, (int)keys.Length - start, line.Sha256, line.Size, line.Copied));
        }
        var bytes = keys.ToArray();
        return new BackupIndex(bytes, [.. WithoutReplaced(bytes, slots)]);
    }

    /// <summary>Finds an object, or returns null.</summary>
    public BackupEntry? Find(string key) => FindSlot(key) is >= 0 and var slot ? ToEntry(_slots[slot]) : null;

    /// <summary>Finds an object whose content was seen to be there, or returns null.</summary>
    public BackupEntry? FindPresent(string key) =>
        FindSlot(key) is >= 0 and var slot && _isPresent[slot] ? ToEntry(_slots[slot]) : null;

    /// <summary>Whether some object has a content that was seen to be there.</summary>
    public bool IsPresent(Sha256Digest sha256) => OfDigest(sha256).Any(slot => _isPresent[slot]);

    /// <summary>Notes that a content is there. Returns false if no object has it.</summary>
    /// <param name="sha256">Its digest.</param>
    /// <param name="length">Its length: another one than it should have is no content.</param>
    public bool MarkPresent(Sha256Digest sha256, long length)
    {
        var isNamed = false;
        foreach (var slot in OfDigest(sha256))
        {
            _isPresent[slot] = _slots[slot].Size == length;
            isNamed = true;
        }
        return isNamed;
    }

    /// <summary>The objects whose keys start with a prefix, in the order of their keys.</summary>
    public IEnumerable<BackupEntry> Below(string prefix)
    {
        var start = FindSlot(prefix);
        for (var slot = start < 0 ? ~start : start; slot < _slots.Length; slot++)
        {
            var entry = ToEntry(_slots[slot]);
            if (!entry.Key.StartsWith(prefix, StringComparison.Ordinal))
                yield break;
            yield return entry;
        }
    }

    /// <summary>Sorts the lines by key. Of those with the same key, only the last one is left.</summary>
    static IEnumerable<Slot> WithoutReplaced(byte[] keys, List<Slot> slots)
    {
        slots.Sort((left, right) => left.KeyIn(keys).SequenceCompareTo(right.KeyIn(keys)) is not 0 and var order
            ? order : left.Start.CompareTo(right.Start));
        return slots.Where((slot, index) => index == slots.Count - 1
            || !slot.KeyIn(keys).SequenceEqual(slots[index + 1].KeyIn(keys)));
    }

    /// <summary>Returns the index of a key, or the complement of where it would be.</summary>
    int FindSlot(string key)
    {
        if (key.Length > MaxKey)
            return ~_slots.Length;
        var wanted = Encoding.UTF8.GetBytes(key);
        var (low, high) = (0, _slots.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = _slots[middle].KeyIn(_keys).SequenceCompareTo(wanted);
            if (order == 0)
                return middle;
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }
        return ~low;
    }

    /// <summary>The indexes of the objects that have a content.</summary>
    IEnumerable<int> OfDigest(Sha256Digest sha256)
    {
        var (low, high) = (0, _byDigest.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_slots[_byDigest[middle]].Sha256 < sha256)
                low = middle + 1;
            else
                high = middle;
        }
        for (; low < _byDigest.Length && _slots[_byDigest[low]].Sha256 == sha256; low++)
            yield return _byDigest[low];
    }

    BackupEntry ToEntry(Slot slot) =>
        new(Encoding.UTF8.GetString(slot.KeyIn(_keys)), slot.Sha256, slot.Size, slot.Copied);

    readonly record struct Slot(int Start, int Length, Sha256Digest Sha256, long Size, DateTimeOffset Copied)
    {
        public ReadOnlySpan<byte> KeyIn(byte[] keys) => keys.AsSpan(Start, Length);
    }
}
