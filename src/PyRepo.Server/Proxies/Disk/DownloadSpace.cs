using PyRepo.Egress;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Proxies.Disk;

/// <summary>
/// How much of the disk running downloads may take. It counts to the size of the cache: for each byte that arrives,
/// cached files make room. What is only claimed takes none.
/// </summary>
/// <param name="cached">Evicted to make room.</param>
sealed class DownloadSpace(CacheEntries cached)
{
    /// <summary>The bytes after which room is made again.</summary>
    const long MaxStep = 16 << 20;

    /// <summary>
    /// The share of the cache that all running downloads without a known length may take. An endless one must not evict
    /// all that is cached before it is broken off.
    /// </summary>
    const int UnsizedShare = 4;

    long _unsized;
    long _written;

    /// <summary>The maximum size of what is cached and of the running downloads together, in bytes.</summary>
    public long MaxSize => cached.Settings.MaxSize;

    /// <summary>
    /// Opens the space for a download, or returns null if the file does not fit into the cache. Its length is only a
    /// claim, which takes no room from others: each byte does when it arrives.
    /// </summary>
    /// <param name="length">The length of the file, or null if it is not known.</param>
    public Claim? TryOpen(long? length) => length > MaxSize ? null : new Claim(this, isSized: length is not null);

    /// <summary>Whether a file fits beside what must not be evicted.</summary>
    public bool HasRoomFor(long length) =>
        cached.Size + Volatile.Read(ref _written) + length <= MaxSize
        || cached.Mirrored.Size + Volatile.Read(ref _written) + length <= MaxSize;

    /// <summary>Evicts what is cached until it and the running downloads are no larger than the maximum size.</summary>
    public Task MakeRoomAsync() => MakeRoomAsync(0);

    Task MakeRoomAsync(long ahead) =>
        cached.EvictAsync(() => Math.Max(0, MaxSize - Volatile.Read(ref _written) - ahead));

    bool TryAdd(long bytes)
    {
        while (Volatile.Read(ref _written) is var written && written + bytes <= MaxSize)
        {
            if (Interlocked.CompareExchange(ref _written, written + bytes, written) == written)
                return true;
        }
        return false;
    }

    /// <summary>The space of one download.</summary>
    /// <param name="space">All of the space.</param>
    /// <param name="isSized">Whether the file's length is known.</param>
    public sealed class Claim(DownloadSpace space, bool isSized) : IDisposable
    {
        long _unsized;
        long _written;
        long _roomFor;

        /// <summary>
        /// Makes room for bytes that have arrived. Returns false if they do not fit beside the other running downloads.
        /// </summary>
        /// <exception cref="UpstreamUnavailableException">
        /// The file has no known length, and is too long to be stored.
        /// </exception>
        public async ValueTask<bool> TryAddAsync(int bytes)
        {
            if (!isSized)
                CheckUnsized(bytes);
            if (!space.TryAdd(bytes))
                return isSized ? false : throw TooLong();
            _written += bytes;
            if (_written <= _roomFor)
                return true;
            var step = Math.Min(MaxStep, space.MaxSize / 64);
            try
            {
                await space.MakeRoomAsync(step);
            }
            catch (IOException)
            {
                // The eviction in the background fails, too, and reports it.
            }
            _roomFor = _written + step;
            return true;
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            Interlocked.Add(ref space._unsized, -Interlocked.Exchange(ref _unsized, 0));
            Interlocked.Add(ref space._written, -Interlocked.Exchange(ref _written, 0));
        }

        void CheckUnsized(int bytes)
        {
            var unsized = Interlocked.Add(ref space._unsized, bytes);
            _unsized += bytes;
            if (_written + bytes > ServerLimits.MaxUnsizedFileLength || unsized > space.MaxSize / UnsizedShare)
                throw TooLong();
        }

        UpstreamUnavailableException TooLong() => new(
            $"Upstream did not send a Content-Length, and sent more than the {_written} bytes there is room for.");
    }
}
