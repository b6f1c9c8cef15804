namespace PyRepo.Packaging.Metadata;

/// <summary>Reads a range of a seekable stream through one buffer. Others may move the stream's position between
/// reads.</summary>
sealed class BufferedRange(Stream stream, long start, long end)
{
    byte[] _buffer = new byte[1 << 16];
    long _bufferStart = start;
    int _bufferLength;

    /// <summary>The position of the next read in the stream.</summary>
    public long Position { get; private set; } = start;

    /// <summary>Reads the next bytes, which are valid until the next call. Returns false if fewer are left.</summary>
    public bool TryRead(int count, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (count > end - Position)
            return false;
        if (Position + count > _bufferStart + _bufferLength)
            Fill(count);
        bytes = _buffer.AsSpan((int)(Position - _bufferStart), count);
        Position += count;
        return true;
    }

    void Fill(int count)
    {
        if (count > _buffer.Length)
            _buffer = new byte[count];
        _bufferStart = Position;
        _bufferLength = (int)Math.Min(_buffer.Length, end - Position);
        stream.Position = Position;
        stream.ReadExactly(_buffer.AsSpan(0, _bufferLength));
    }
}
