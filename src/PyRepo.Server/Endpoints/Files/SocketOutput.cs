using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace PyRepo.Server.Endpoints.Files;

/// <summary>
/// The output that Kestrel writes to, instead of the transport's own pipe. A flush completes when the socket has
/// accepted its bytes, not when they are in a pipe. A range of a file that is sent with sendfile(2) can therefore not
/// overtake its headers.
/// </summary>
/// <remarks>
/// Kestrel calls from one thread at a time, and never during a flush. The bytes written between two flushes bound the
/// memory.
/// </remarks>
sealed class SocketOutput(ConnectionContext connection, Socket socket, SendTimeout timeout)
    : PipeWriter, IAsyncDisposable
{
    /// <summary>
    /// A page of this length is sent in one call. The length is below the 85,000 bytes of the large object heap.
    /// </summary>
    const int SegmentLength = 64 * 1024;

    static readonly PipeOptions _unbounded = new(MemoryPool<byte>.Shared, PipeScheduler.Inline, PipeScheduler.Inline,
        pauseWriterThreshold: 0, minimumSegmentSize: SegmentLength, useSynchronizationContext: false);

    readonly Pipe _written = new(_unbounded);
    Task _flushing = Task.CompletedTask;
    SendPackets? _packets;
    FileStream? _file;
    long _fileOffset;
    int _fileCount;
    ITimer? _timer;

    /// <summary>The bytes that share a time limit, and the time that the client has taken for them.</summary>
    long _timedBytes;
    TimeSpan _taken;
    volatile bool _broken;

    /// <summary>
    /// Attaches a range of a file as the next <paramref name="count"/> bytes. The next <see cref="Advance"/> refers to
    /// these bytes and not to memory. The next flush sends them after everything that was written before.
    /// </summary>
    public void Attach(FileStream stream, long offset, int count) =>
        (_file, _fileOffset, _fileCount) = (stream, offset, count);

    /// <summary>Detaches the range.</summary>
    /// <returns>Whether all its bytes have been sent. If not, the connection is aborted.</returns>
    public bool Detach()
    {
        var left = _fileCount == 0 && !_broken;
        (_file, _fileCount) = (null, 0);
        return left;
    }

    /// <summary>Whether the disk could not read an attached range. .NET does not say which error the system had.</summary>
    public bool HasReadFailed { get; private set; }

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
        Count(UnflushedBytes + _fileCount);
        var sending = SendAsync(cancellationToken);
        if (sending.IsCompleted)
            return sending;

        var task = WaitAsync(sending, timeout.For(_timedBytes) - _taken);
        _flushing = task;
        return new ValueTask<FlushResult>(task);
    }

    /// <summary>
    /// Does nothing, because a flush cannot be canceled. It ends with its last byte or with the connection.
    /// </summary>
    public override void CancelPendingFlush()
    {
    }

    public override void Complete(Exception? exception = null)
    {
    }

    /// <summary>
    /// Waits for a running flush, then releases all memory. Call this only after HTTP has finished with the connection.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        await _flushing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _written.Writer.CompleteAsync();
        await _written.Reader.CompleteAsync();
        _packets?.Dispose();
        _timer?.Dispose();
    }

    /// <summary>
    /// Counts the bytes of a flush. Few bytes share the time limit of those before them: TLS sends 16 KiB at once, and
    /// each may take as long as <see cref="SendTimeout.FewBytes"/>.
    /// </summary>
    void Count(long bytes)
    {
        if (_timedBytes >= SendTimeout.FewBytes)
            (_timedBytes, _taken) = (0, TimeSpan.Zero);
        _timedBytes += bytes;
    }

    /// <summary>Waits for a flush, and disconnects a client that takes too few of its bytes.</summary>
    /// <remarks>
    /// Kestrel's own minimum rate counts what was sent before: a client that was fast for a gigabyte could stall for
    /// hours.
    /// </remarks>
    async Task<FlushResult> WaitAsync(ValueTask<FlushResult> sending, TimeSpan most)
    {
        _timer ??= timeout.Clock.CreateTimer(
            static output => ((SocketOutput)output!).Break(
                new ConnectionAbortedException("The client read the response too slowly.")),
            this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var began = timeout.Clock.GetTimestamp();
        _timer.Change(most > TimeSpan.Zero ? most : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        try
        {
            return await sending;
        }
        finally
        {
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _taken += timeout.Clock.GetElapsedTime(began);
        }
    }

    async ValueTask<FlushResult> SendAsync(CancellationToken cancellationToken)
    {
        await _written.Writer.FlushAsync(CancellationToken.None);
        if (_broken)
            return Dropped();

        // The socket's file operations do not accept a token. Only the end of the connection stops them.
        using var cancellation = cancellationToken.UnsafeRegister(
            static state => ((ConnectionContext)state!).Abort(new ConnectionAbortedException()), connection);
        try
        {
            await SendAllAsync();
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            Break(new ConnectionAbortedException("The client disconnected.", error));
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
    /// Delays short TCP packets until all bytes of a flush are available (TCP_CORK in tcp(7)). Otherwise the headers
    /// wake the reader, which then reads the rest in small portions. Measurements show half the rate for 600 KB without
    /// it.
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
        try
        {
            _fileCount -= await _packets.SendAsync(socket, stream, _fileOffset, _fileCount);
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.SocketError)
        {
            // The system's error is none that a socket has, so the file has it.
            HasReadFailed = true;
            throw;
        }
        if (_fileCount > 0)
            Break(new ConnectionAbortedException("A file ended before the content length of its response."));
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

/// <summary>How long a client may take for what is sent to it at once.</summary>
/// <param name="BytesPerSecond">The minimum rate.</param>
/// <param name="Clock">The clock.</param>
sealed record SendTimeout(int BytesPerSecond, TimeProvider Clock)
{
    /// <summary>Fewer bytes may take as long as this many, so that a network may stall for a moment.</summary>
    public const int FewBytes = 256 * 1024;

    /// <summary>Returns how long a number of bytes may take.</summary>
    public TimeSpan For(long bytes) => TimeSpan.FromSeconds((double)Math.Max(bytes, FewBytes) / BytesPerSecond);
}
