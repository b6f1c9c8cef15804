using PyRepo.Server.Platform.Caching;

namespace PyRepo.Server.Proxies.Upstream;

/// <summary>
/// Lets few bytes of pages be parsed at a time. A parsed page takes many times the memory of its bytes, and upstream
/// decides how many there are. Pages of a usual size never wait.
/// </summary>
/// <param name="sharedBytes">How many bytes all pages together may have before one of them needs a slot.</param>
/// <param name="count">The number of slots.</param>
sealed class PageSlots(long sharedBytes, int count)
{
    /// <summary>What becomes of a byte of a page: objects and texts of 16 bits, and garbage.</summary>
    const int HeapPerByte = 10;

    readonly SemaphoreSlim _slots = new(count);
    long _bytes;

    /// <summary>Starts to count the bytes of a page.</summary>
    public PageSlot Open() => new(this, needsRoom: true);

    /// <summary>Starts to count the bytes of a page that is read to remove it, however little memory is left.</summary>
    public PageSlot OpenToEvict() => new(this, needsRoom: false);

    /// <summary>Counts bytes of a page without a slot. Returns whether there is room for them.</summary>
    public bool TryAdd(int bytes) => Interlocked.Add(ref _bytes, bytes) <= sharedBytes;

    /// <summary>Waits for a slot. Returns false if there is none in time.</summary>
    public Task<bool> TryEnterAsync(TimeSpan patience, CancellationToken cancellationToken) =>
        _slots.WaitAsync(patience, cancellationToken);

    /// <summary>
    /// Waits until the heap has room for more bytes of a page that has a slot. Returns false if it has none in time.
    /// </summary>
    public static ValueTask<bool> WaitForRoomAsync(long bytes, CancellationToken cancellationToken) =>
        HeapHeadroom.OfProcess.WaitForRoomAsync(bytes * HeapPerByte, cancellationToken);

    /// <summary>Gives a slot back.</summary>
    public void Leave() => _slots.Release();

    /// <summary>Counts bytes no longer, because their page is done or has a slot.</summary>
    public void Forget(long bytes) => Interlocked.Add(ref _bytes, -bytes);
}
