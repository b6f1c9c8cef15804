using Microsoft.Win32.SafeHandles;

namespace PyRepo.Storage;

/// <summary>
/// A seekable stream over part of an open file. It has its own position, and does not close the file.
/// </summary>
public sealed class FileSectionStream : SeekableReadStream
{
    readonly SafeFileHandle _file;
    readonly long _start;
    readonly long _end;
    long _position;

    /// <summary>
    /// Creates a stream over the bytes from <paramref name="start"/> up to, but not including, <paramref name="end"/>.
    /// </summary>
    public FileSectionStream(SafeFileHandle file, long start, long end) =>
        (_file, _start, _end, _position) = (file, start, end, start);

    /// <summary>Creates a stream over a whole file, with its current length.</summary>
    public FileSectionStream(SafeFileHandle file) : this(file, 0, RandomAccess.GetLength(file))
    {
    }

    /// <inheritdoc/>
    public override long Length => _end - _start;

    /// <inheritdoc/>
    public override long Position
    {
        get => _position - _start;
        set => _position = _start + value;
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var wanted = (int)Math.Min(buffer.Length, Math.Max(0, _end - _position));
        if (wanted == 0)
            return 0;
        var read = RandomAccess.Read(_file, buffer[..wanted], _position);
        _position += read;
        return read;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
}
