namespace PyRepo.Server.Proxies;

/// <summary>A file of which only the last bytes are there. Reading others fails as if the file were cut off.</summary>
sealed class TailStream(byte[] tail, long length) : Stream
{
    readonly long _start = length - tail.Length;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position { get; set; }

    public override int Read(byte[] buffer, int offset, int count)
    {
        if (Position < _start && count > 0)
            throw new EndOfStreamException("Only the tail of the file was read.");
        var read = (int)Math.Min(count, Math.Max(0, length - Position));
        tail.AsSpan((int)(Position - _start), read).CopyTo(buffer.AsSpan(offset));
        Position += read;
        return read;
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
