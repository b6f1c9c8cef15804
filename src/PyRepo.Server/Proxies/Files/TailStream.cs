using PyRepo.Storage;

namespace PyRepo.Server.Proxies.Files;

/// <summary>A file of which only the last bytes are there. Reading others fails as if the file were cut off.</summary>
sealed class TailStream(byte[] tail, long length) : SeekableReadStream
{
    readonly long _start = length - tail.Length;

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
}
