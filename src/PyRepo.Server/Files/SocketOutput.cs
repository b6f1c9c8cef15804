using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace PyRepo.Server.Files;

/// <summary>
/// What Kestrel writes to, in place of the transport's own pipe: a flush ends when its bytes have been given to the
/// socket, not when they lie in a pipe, so that a range of a file, sent with sendfile(2), can't overtake its headers.
/// </summary>
/// <remarks>
/// Kestrel calls from one thread at a time and never during a flush. Memory is bounded by what is written between two.
/// </remarks>
sealed class SocketOutput(ConnectionContext connection, Socket socket) : PipeWriter, IAsyncDisposable
{
    /// <summary>A page of this length leaves in one call. Below the large object heap's 85,000 bytes.</summary>
    const int SegmentLength = 64 * 1024;

    static readonly PipeOptions _unbounded = new(MemoryPool<byte>.Shared, PipeScheduler.Inline, PipeScheduler.Inline,
        pauseWriterThreshold: 0, minimumSegmentSize: SegmentLength, useSynchronizationContext: false);

    readonly Pipe _written = new(_unbounded);
    Task _flushing = Task.CompletedTask;
    SendPackets? _packets;
    FileStream? _file;
    long _fileOffset;
    int _fileCount;
    bool _broken;

    /// <summary>
    /// Makes the range of a file the next <paramref name="count"/> bytes: the next <see cref="Advance"/> is about
    /// these and not about memory, the next flush sends them after all that was written before.
    /// </summary>
    public void Attach(FileStream stream, long offset, int count) =>
        (_file, _fileOffset, _fileCount) = (stream, offset, count);

    /// <summary>Takes the range back.</summary>
    /// <returns>Whether all its bytes have left; if not, the connection is broken off.</returns>
    public bool Detach()
    {
        var left = _fileCount == 0 && !_broken;
        (_file, _fileCount) = (null, 0);
        return left;
    }

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _written.Writer.UnflushedBytes;

    public override Memory<byte> GetMemory(int sizeHint = 0) => _written.Writer.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _written.Writer.GetSpan(sizeHint);

    public override void Advance(int bytes)
    {
        if (_file is null)
            _written.Writer.Advance(bytes);
        else if (bytes != _fileCount)
            throw new ArgumentOutOfRangeException(nameof(bytes), bytes, $"The attached range has {_fileCount} bytes.");
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        var sending = SendAsync(cancellationToken);
        if (sending.IsCompleted)
            return sending;

        var task = sending.AsTask();
        _flushing = task;
        return new ValueTask<FlushResult>(task);
    }

    /// <summary>A flush can't be taken back: it ends with its last byte or with the connection.</summary>
    public override void CancelPendingFlush()
    {
    }

    public override void Complete(Exception? exception = null)
    {
    }

    /// <summary>Waits for a flush that is under way, then gives back all memory. To be called after HTTP.</summary>
    public async ValueTask DisposeAsync()
    {
        await _flushing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _written.Writer.CompleteAsync();
        await _written.Reader.CompleteAsync();
        _packets?.Dispose();
    }

    async ValueTask<FlushResult> SendAsync(CancellationToken cancellationToken)
    {
        await _written.Writer.FlushAsync(CancellationToken.None);
        if (_broken)
            return Dropped();

        // The socket's operations on files know no token: what ends them is the end of the connection.
        using var cancellation = cancellationToken.UnsafeRegister(
            static state => ((ConnectionContext)state!).Abort(new ConnectionAbortedException()), connection);
        try
        {
            await SendAllAsync();
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            Break(new ConnectionAbortedException("The client is gone.", error));
        }

        cancellationToken.ThrowIfCancellationRequested();
        return _broken ? Dropped() : default;
    }

    async ValueTask SendAllAsync()
    {
        var bytes = _written.Reader.TryRead(out var read) ? read.Buffer : default;
        var corks = _fileCount > 0 || !bytes.IsSingleSegment;
        if (corks)
            Cork(true);
        try
        {
            foreach (var segment in bytes)
                await socket.SendAsync(segment, SocketFlags.None, CancellationToken.None);
        }
        finally
        {
            if (!bytes.IsEmpty)
                _written.Reader.AdvanceTo(bytes.End);
        }

        if (_file is not null && _fileCount > 0)
            await SendFileAsync(_file);
        if (corks)
            Cork(false);
    }

    /// <summary>
    /// Holds back TCP's short packets until all of a flush is there (tcp(7), TCP_CORK). Without it the headers wake the
    /// reader, who then takes the rest in small bites: measured, half the rate for 600 KB.
    /// </summary>
    void Cork(bool on)
    {
        const int tcp = 6, cork = 3;
        if (OperatingSystem.IsLinux())
            socket.SetRawSocketOption(tcp, cork, BitConverter.GetBytes(on ? 1 : 0));
    }

    async ValueTask SendFileAsync(FileStream stream)
    {
        _packets ??= new SendPackets();
        var sent = await _packets.SendAsync(socket, stream, _fileOffset, _fileCount);
        _fileCount -= sent;
        if (_fileCount > 0)
            Break(new ConnectionAbortedException("A file ended before the length that its response had promised."));
    }

    void Break(ConnectionAbortedException reason)
    {
        _broken = true;
        connection.Abort(reason);
    }

    FlushResult Dropped()
    {
        if (_written.Reader.TryRead(out var read))
            _written.Reader.AdvanceTo(read.Buffer.End);
        return new FlushResult(isCanceled: false, isCompleted: true);
    }
}
