namespace PyRepo.Packaging.Metadata;

/// <summary>Reads a stretch of a seekable stream piece by piece through one buffer. Others may move the stream
/// between two pieces.</summary>
sealed class BufferedRange(Stream stream, long start, long end)
{
    byte[] _buffer = new byte[1 << 16];
    long _bufferStart = start;
    int _bufferLength;

    /// <summary>Where in the stream the next piece begins.</summary>
    public long Position { get; private set; } = start;

    /// <summary>The next bytes, valid until the next call; false where fewer are left.</summary>
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
