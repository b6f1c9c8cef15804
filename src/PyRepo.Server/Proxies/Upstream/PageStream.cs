using System.IO.Compression;
using PyRepo.Egress;
using PyRepo.Server.Platform.Limits;
using PyRepo.Storage;

namespace PyRepo.Server.Proxies.Upstream;

/// <summary>
/// A page as upstream sends it, decompressed. It is bounded as it arrives, as it decompresses, and in the time that
/// upstream may take.
/// </summary>
sealed class PageStream : AsyncForwardStream
{
    readonly BoundedStream _plain;
    readonly PageSlot _slot;
    readonly SilenceLimit _silence;
    readonly TimeSpan _patience;
    readonly string _upstream;
    readonly TimeProvider _clock;
    TimeSpan _elapsed;

    /// <param name="body">The response's body; disposed here.</param>
    /// <param name="isGzip">Whether it is compressed.</param>
    /// <param name="maxLength">The maximum length, compressed and decompressed, in bytes.</param>
    /// <param name="slot">Where the bytes count; not disposed here, because a page outlives its bytes.</param>
    /// <param name="timeout">How long upstream may send nothing, and how long to wait for a slot.</param>
    /// <param name="upstream">The name of the upstream for messages.</param>
    /// <param name="clock">The clock.</param>
    public PageStream(
        Stream body, bool isGzip, long maxLength, PageSlot slot, TimeSpan timeout, string upstream, TimeProvider clock)
    {
        // An endless compressed body may decompress to nothing.
        var arriving = new BoundedStream(body, maxLength);
        _plain = new BoundedStream(
            isGzip ? new GZipStream(arriving, CompressionMode.Decompress) : arriving, maxLength);
        (_slot, _patience, _upstream, _clock) = (slot, timeout, upstream, clock);
        _silence = new SilenceLimit(timeout, clock, upstream);
    }

    /// <inheritdoc/>
    /// <exception cref="UpstreamUnavailableException">
    /// Upstream is too slow, or there is no room for the page.
    /// </exception>
    /// <exception cref="InvalidDataException">The page is too long.</exception>
    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_elapsed > ServerLimits.MaxPageTime)
        {
            throw new UpstreamUnavailableException(
                $"{_upstream} took more than {ServerLimits.MaxPageTime.TotalMinutes} minutes for a page.");
        }
        var began = _clock.GetTimestamp();
        var read = await _silence.ReadAsync(_plain, buffer, cancellationToken);
        // The time that parsing takes does not count.
        _elapsed += _clock.GetElapsedTime(began);
        await _slot.AddAsync(read, _patience, cancellationToken);
        return read;
    }

    public override async ValueTask DisposeAsync()
    {
        await _plain.DisposeAsync();
        await base.DisposeAsync();
    }
}
