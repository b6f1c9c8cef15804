namespace PyRepo.Storage.Tests.Buckets;

/// <summary>A stream that has a few bytes, and then breaks, or nothing more happens.</summary>
sealed class BrokenStream(bool throws) : Stream
{
    bool _isRead;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get; set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_isRead)
        {
            if (throws)
                throw new IOException("The connection broke.");
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        _isRead = true;
        return 3;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
