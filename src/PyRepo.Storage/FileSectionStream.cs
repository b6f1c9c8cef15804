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
    readonly Action<IOException>? _failed;
    long _position;

    /// <summary>
    /// Creates a stream over the bytes from <paramref name="start"/> up to, but not including, <paramref name="end"/>.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <param name="start">The offset of the first byte.</param>
    /// <param name="end">The offset after the last one.</param>
    /// <param name="failed">Called if the disk cannot read them, before that is thrown.</param>
    public FileSectionStream(SafeFileHandle file, long start, long end, Action<IOException>? failed = null) =>
        (_file, _start, _end, _position, _failed) = (file, start, end, start, failed);

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
        var read = Read(buffer[..wanted], _position);
        _position += read;
        return read;
    }

    int Read(Span<byte> buffer, long offset)
    {
        try
        {
            return RandomAccess.Read(_file, buffer, offset);
        }
        catch (IOException error)
        {
            _failed?.Invoke(error);
            throw;
        }
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
}
