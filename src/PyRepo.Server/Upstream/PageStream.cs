using System.IO.Compression;
using PyRepo.Server.Limits;

namespace PyRepo.Server.Upstream;

/// <summary>
/// A page as upstream sends it, decompressed. It is bounded as it arrives, as it decompresses, and in the time that
/// upstream may take.
/// </summary>
sealed class PageStream : Stream
{
    readonly BoundedStream _plain;
    readonly PageSlot _slot;
    readonly TimeSpan _silence;
    readonly string _upstream;
    readonly CancellationTokenSource _limit;
    readonly CancellationToken _caller;
    readonly TimeProvider _clock;
    TimeSpan _elapsed;

    /// <param name="body">The response's body; disposed here.</param>
    /// <param name="isGzip">Whether it is compressed.</param>
    /// <param name="maxLength">The maximum length, compressed and decompressed, in bytes.</param>
    /// <param name="slot">Where the bytes count; not disposed here, because a page outlives its bytes.</param>
    /// <param name="silence">How long upstream may send nothing.</param>
    /// <param name="upstream">The name of the upstream for messages.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public PageStream(
        Stream body, bool isGzip, long maxLength, PageSlot slot, TimeSpan silence, string upstream, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        // An endless compressed body may decompress to nothing.
        var arriving = new BoundedStream(body, maxLength);
        _plain = new BoundedStream(
            isGzip ? new GZipStream(arriving, CompressionMode.Decompress) : arriving, maxLength);
        (_slot, _silence, _upstream, _clock, _caller) = (slot, silence, upstream, clock, cancellationToken);
        _limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _plain.Position;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    /// <exception cref="UpstreamUnavailableException">
    /// Upstream is too slow, or there is no room for the page.
    /// </exception>
    /// <exception cref="InvalidDataException">The page is too long.</exception>
    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await ReadInTimeAsync(buffer);
        await _slot.AddAsync(read, _silence, _caller);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        _limit.Dispose();
        await _plain.DisposeAsync();
        await base.DisposeAsync();
    }

    /// <summary>Reads in the time that upstream has. The time that parsing takes does not count.</summary>
    async ValueTask<int> ReadInTimeAsync(Memory<byte> buffer)
    {
        if (_elapsed > ServerLimits.MaxPageTime)
            throw TooSlow($"took more than {ServerLimits.MaxPageTime.TotalMinutes} minutes for a page");
        var began = _clock.GetTimestamp();
        _limit.CancelAfter(_silence);
        try
        {
            return await _plain.ReadAsync(buffer, _limit.Token);
        }
        catch (OperationCanceledException) when (!_caller.IsCancellationRequested)
        {
            throw TooSlow($"sent nothing of a page for {_silence.TotalSeconds} s");
        }
        finally
        {
            _limit.CancelAfter(Timeout.InfiniteTimeSpan);
            _elapsed += _clock.GetElapsedTime(began);
        }
    }

    UpstreamUnavailableException TooSlow(string what) => new($"{_upstream} {what}.");
}
