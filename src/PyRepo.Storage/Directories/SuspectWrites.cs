using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace PyRepo.Storage.Directories;

/// <summary>
/// The remains of failed flushes. A line that may or may not be on the disk is cut off, and what was there before is
/// written again, flushed, and read back. As long as that fails, nothing else may be written.
/// </summary>
/// <remarks>A second flush proves nothing: the kernel reports an error once. See <see cref="DiskFlush"/>.</remarks>
sealed class SuspectWrites(DurableNames names)
{
    /// <summary>A file system writes whole blocks, so a failed write may touch the bytes before it.</summary>
    const int BlockSize = 64 * 1024;

    readonly Lock _lock = new();
    readonly Dictionary<string, Suspect> _suspects = new(StringComparer.Ordinal);
    readonly SemaphoreSlim _turn = new(1, 1);
    volatile int _count;

    /// <summary>Whether there are any.</summary>
    public bool Any => _count > 0;

    /// <summary>Whether a file is one of them.</summary>
    public bool Contains(string path)
    {
        lock (_lock)
            return _suspects.ContainsKey(path);
    }

    /// <summary>Notes that the name of a file, or its absence, may not be durable.</summary>
    public void AddName(string path) => Add(path, new Suspect.Name());

    /// <summary>Undoes an append that failed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="length">How long it was before, or null if it was not there.</param>
    /// <exception cref="StoreUnavailableException">That failed, too.</exception>
    public async Task UndoAsync(string path, long? length)
    {
        Add(path, length is { } before ? new Suspect.Tail(before) : new Suspect.Created());
        await ResolveAsync();
    }

    /// <summary>Removes the doubt about all of them.</summary>
    /// <exception cref="StoreUnavailableException">The disk fails.</exception>
    public async Task ResolveAsync()
    {
        if (!Any)
            return;
        await _turn.WaitAsync();
        try
        {
            foreach (var (path, suspect) in All())
            {
                await ResolveAsync(path, suspect);
                Remove(path);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException(
                "The disk failed, and it is not known whether the last change is on it. Nothing is written until "
                    + "that is known.",
                error);
        }
        finally
        {
            _turn.Release();
        }
    }

    void Add(string path, Suspect suspect)
    {
        lock (_lock)
        {
            // What was there before the first failure is what counts.
            _suspects.TryAdd(path, suspect);
            _count = _suspects.Count;
        }
    }

    void Remove(string path)
    {
        lock (_lock)
        {
            _suspects.Remove(path);
            _count = _suspects.Count;
        }
    }

    KeyValuePair<string, Suspect>[] All()
    {
        lock (_lock)
            return [.. _suspects];
    }

    async Task ResolveAsync(string path, Suspect suspect)
    {
        switch (suspect)
        {
            case Suspect.Tail tail:
                await FlushThreads.Shared.RunLongAsync(() => Restore(path, tail));
                break;
            case Suspect.Created:
                File.Delete(path);
                names.Forget(path);
                goto default;
            default:
                await names.FlushNearestAsync(path);
                break;
        }
    }

    /// <summary>Cuts off what was appended, and makes sure that the rest is on the disk.</summary>
    static void Restore(string path, Suspect.Tail tail)
    {
        using var file = File.OpenHandle(
            path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        var expected = tail.Digest ??= Hash(file, tail.Length);
        RandomAccess.SetLength(file, tail.Length);
        WriteLastBlockAgain(file, tail.Length);
        DiskFlush.FlushAndForget(file);
        if (!Hash(file, tail.Length).AsSpan().SequenceEqual(expected))
            throw new IOException($"'{path}' has other bytes on the disk than in memory.");
    }

    static void WriteLastBlockAgain(SafeFileHandle file, long length)
    {
        if (length == 0)
            return;
        var start = (length - 1) / BlockSize * BlockSize;
        var block = new byte[length - start];
        if (RandomAccess.Read(file, block, start) == block.Length)
            RandomAccess.Write(file, block, start);
    }

    static byte[] Hash(SafeFileHandle file, long length)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BlockSize];
        for (var offset = 0L; offset < length;)
        {
            var read = RandomAccess.Read(file, buffer.AsSpan(0, (int)Math.Min(buffer.Length, length - offset)), offset);
            if (read == 0)
                throw new EndOfStreamException("A file is shorter than it was.");
            hash.AppendData(buffer.AsSpan(0, read));
            offset += read;
        }
        return hash.GetHashAndReset();
    }

    /// <summary>The uncertainty about a file.</summary>
    abstract record Suspect
    {
        /// <summary>Whether its name, or that it has none, is durable.</summary>
        public sealed record Name : Suspect;

        /// <summary>It was created, and must not exist.</summary>
        public sealed record Created : Suspect;

        /// <summary>The bytes that were appended to it, which must go.</summary>
        public sealed record Tail(long Length) : Suspect
        {
            /// <summary>The SHA-256 of what was there before.</summary>
            public byte[]? Digest { get; set; }
        }
    }
}
