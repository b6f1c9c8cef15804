using PyRepo.Server.Platform.Egress;

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
            throw new UpstreamUnavailableException("There is too little memory for a large page.") { IsRejection = true };
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
