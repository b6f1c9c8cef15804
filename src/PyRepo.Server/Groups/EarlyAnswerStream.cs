using System.IO.Pipelines;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Groups;

/// <summary>
/// A connection whose other end may answer before it has the whole request. From then on nothing more is sent, and the
/// answer is kept, even if the other end resets the connection after it.
/// </summary>
/// <remarks>HttpClient reads no answer before it has sent the whole request, and loses it if sending fails.</remarks>
sealed class EarlyAnswerStream : Stream
{
    readonly Stream _inner;
    readonly Pipe _received = new();
    readonly Stream _answer;
    readonly Task _receiving;
    readonly CancellationTokenSource _answered = new();

    /// <param name="inner">The connection; disposed together with this one.</param>
    public EarlyAnswerStream(Stream inner)
    {
        _inner = inner;
        _answer = _received.Reader.AsStream();
        _receiving = ReceiveAsync();
    }

    /// <summary>Whether an answer has begun to arrive.</summary>
    public bool IsAnswered => _answered.IsCancellationRequested;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _answer.ReadAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="IOException">The other end takes nothing, and has not answered.</exception>
    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (IsAnswered)
            return;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _answered.Token);
        limit.CancelAfter(ServerLimits.MaxMemberSilence);
        try
        {
            await _inner.WriteAsync(buffer, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            if (!IsAnswered)
                throw new IOException($"It read nothing for {ServerLimits.MaxMemberSilence.TotalSeconds} s.");
        }
        catch (IOException)
        {
            // The other end is gone. What it sent before may still be here.
            await _receiving.WaitAsync(_answered.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!IsAnswered)
                throw;
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _inner.Dispose();
        base.Dispose(disposing);
    }

    async Task ReceiveAsync()
    {
        Exception? failure = null;
        try
        {
            while (await _inner.ReadAsync(_received.Writer.GetMemory()) is > 0 and var read)
            {
                _received.Writer.Advance(read);
                await _answered.CancelAsync();
                await _received.Writer.FlushAsync();
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or OperationCanceledException)
        {
            failure = error;
        }
        // A failure would hide what was received before.
        await _received.Writer.CompleteAsync(IsAnswered ? null : failure);
    }
}
