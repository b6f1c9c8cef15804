namespace PyRepo.Server.Upstream;

/// <summary>One page's share of <see cref="PageSlots"/>, which ends when it is disposed.</summary>
sealed class PageSlot(PageSlots slots) : IDisposable
{
    long _bytes;
    bool _hasSlot;

    /// <summary>Counts bytes of the page, and waits until there is room for it.</summary>
    /// <param name="bytes">How many more bytes the page has.</param>
    /// <param name="patience">How long to wait.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="UpstreamUnavailableException">There is no room in time.</exception>
    public async ValueTask AddAsync(int bytes, TimeSpan patience, CancellationToken cancellationToken)
    {
        if (_hasSlot)
            return;
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
