using PyRepo.Egress;
using PyRepo.Server.Platform.Caching;

namespace PyRepo.Server.Proxies.Upstream;

/// <summary>One page's share of <see cref="PageSlots"/>, which ends when it is disposed.</summary>
sealed class PageSlot(PageSlots slots, bool needsRoom) : IDisposable
{
    /// <summary>How many bytes of a page there are between two looks at what is left of the heap.</summary>
    const int BytesPerLook = 1 << 20;

    long _bytes, _unseen;
    bool _hasSlot;

    /// <summary>Counts bytes of the page, and waits until there is room for it.</summary>
    /// <param name="bytes">How many more bytes the page has.</param>
    /// <param name="patience">How long to wait.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="UpstreamUnavailableException">There is no room in time, or too little memory.</exception>
    public async ValueTask AddAsync(int bytes, TimeSpan patience, CancellationToken cancellationToken)
    {
        _unseen += bytes;
        if (!_hasSlot)
            await EnterAsync(bytes, patience, cancellationToken);
        if (!_hasSlot || !needsRoom || _unseen < BytesPerLook)
            return;
        if (!await PageSlots.WaitForRoomAsync(_unseen, cancellationToken))
        {
            throw new UpstreamUnavailableException("There is too little memory for a large page.")
            {
                IsRejection = true,
            };
        }
        _unseen = 0;
    }

    async ValueTask EnterAsync(int bytes, TimeSpan patience, CancellationToken cancellationToken)
    {
        _bytes += bytes;
        if (slots.TryAdd(bytes))
            return;
        if (!await slots.TryEnterAsync(patience, cancellationToken))
        {
            throw new UpstreamUnavailableException("Too many large pages of upstream are being read.")
            {
                IsRejection = true,
            };
        }
        _hasSlot = true;
        Forget();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Forget();
        if (_hasSlot)
            slots.Leave();
        _hasSlot = false;
    }

    void Forget()
    {
        slots.Forget(_bytes);
        _bytes = 0;
    }
}

/// <summary>
/// Lets few bytes of pages be parsed at a time. A parsed page takes many times the memory of its bytes, and upstream
/// decides how many there are. Pages of a usual size never wait.
/// </summary>
/// <param name="sharedBytes">How many bytes all pages together may have before one of them needs a slot.</param>
/// <param name="count">The number of slots.</param>
sealed class PageSlots(long sharedBytes, int count)
{
    /// <summary>The heap that a byte of a page takes: objects and texts of 16 bits, and garbage.</summary>
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
