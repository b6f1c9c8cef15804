namespace PyRepo.Packaging.Metadata;

/// <summary>Reads a stretch of a seekable stream piece by piece through one buffer. Others may move the stream
/// between two pieces.</summary>
sealed class StreamWindow(Stream stream, long start, long end)
{
    byte[] buffer = new byte[1 << 16];
    long bufferStart = start;
    int bufferLength;

    /// <summary>Where in the stream the next piece begins.</summary>
    public long Position { get; private set; } = start;

    /// <summary>The next bytes, valid until the next call; false where fewer are left.</summary>
    public bool TryTake(int count, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (count > end - Position)
            return false;
        if (Position + count > bufferStart + bufferLength)
            Fill(count);
        bytes = buffer.AsSpan((int)(Position - bufferStart), count);
        Position += count;
        return true;
    }

    void Fill(int count)
    {
        if (count > buffer.Length)
            buffer = new byte[count];
        bufferStart = Position;
        bufferLength = (int)Math.Min(buffer.Length, end - Position);
        stream.Position = Position;
        stream.ReadExactly(buffer.AsSpan(0, bufferLength));
    }
}
