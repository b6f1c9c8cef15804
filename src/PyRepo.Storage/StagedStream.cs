using System.Buffers;

namespace PyRepo.Storage;

/// <summary>A stream over the bytes that were staged when it was opened.</summary>
sealed class StagedStream(StagedObject staged) : SeekableReadStream
{
    /// <summary>The length up to which all is read at once: the members of an archive are many small reads.</summary>
    const int MaxWholeLength = 64 << 10;

    byte[]? _whole;
    bool _isRead;

    /// <inheritdoc/>
    public override long Length { get; } = staged.Length;

    /// <inheritdoc/>
    public override long Position { get; set; }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var wanted = (int)Math.Min(buffer.Length, Math.Max(0, Length - Position));
        if (wanted == 0)
            return 0;
        var read = Length > MaxWholeLength ? staged.Read(buffer[..wanted], Position) : ReadFromWhole(buffer[..wanted]);
        Position += read;
        return read;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (_whole is { } buffer)
            ArrayPool<byte>.Shared.Return(buffer);
        _whole = null;
        base.Dispose(disposing);
    }

    int ReadFromWhole(Span<byte> buffer)
    {
        if (!_isRead)
            ReadWhole();
        _isRead = true;
        _whole.AsSpan((int)Position, buffer.Length).CopyTo(buffer);
        return buffer.Length;
    }

    void ReadWhole()
    {
        _whole ??= ArrayPool<byte>.Shared.Rent((int)Length);
        for (var filled = 0; filled < Length;)
        {
            var read = staged.Read(_whole.AsSpan(filled, (int)Length - filled), filled);
            if (read == 0)
                throw new EndOfStreamException("A staged file is shorter than what was written to it.");
            filled += read;
        }
    }
}
