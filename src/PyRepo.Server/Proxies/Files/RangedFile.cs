using PyRepo.Storage;

namespace PyRepo.Server.Proxies.Files;

/// <summary>A file of which only a few ranges are there. Reading others fails as if the file were cut off.</summary>
sealed class RangedFile(long length) : SeekableReadStream
{
    readonly List<(long Start, byte[] Bytes)> _ranges = [];

    /// <summary>The first position that was read and is not there, since a range was added; or null.</summary>
    public long? Missed { get; private set; }

    /// <summary>Returns a file of which the end is there.</summary>
    public static RangedFile FromTail(byte[] tail, long length)
    {
        var file = new RangedFile(length);
        file.Add(length - tail.Length, tail);
        return file;
    }

    /// <summary>Adds a range.</summary>
    public void Add(long start, byte[] bytes)
    {
        _ranges.Add((start, bytes));
        Missed = null;
    }

    /// <summary>Returns the number of missing bytes from a missing position up to the next range.</summary>
    public long GetGap(long position) => _ranges.Select(range => range.Start).Where(start => start > position)
        .DefaultIfEmpty(length).Min() - position;

    public override long Length => length;

    public override long Position { get; set; }

    public override int Read(byte[] buffer, int offset, int count)
    {
        if (count == 0 || Position >= length)
            return 0;
        foreach (var (start, bytes) in _ranges)
        {
            if (Position < start || Position >= start + bytes.Length)
                continue;
            var read = (int)Math.Min(count, start + bytes.Length - Position);
            bytes.AsSpan((int)(Position - start), read).CopyTo(buffer.AsSpan(offset));
            Position += read;
            return read;
        }
        Missed ??= Position;
        throw new EndOfStreamException("These bytes of the file were not read.");
    }
}
