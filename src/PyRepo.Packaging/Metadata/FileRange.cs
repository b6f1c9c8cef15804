namespace PyRepo.Packaging.Metadata;

/// <summary>A range of a seekable stream. Others may move the stream's position between reads.</summary>
/// <remarks>The last byte comes alone, so that a decompressor that needs fewer bytes never asks for it, and one that
/// needs more asks again after it.</remarks>
sealed class FileRange(Stream stream, long start, long end) : ForwardStream
{
    long _next = start;
    bool _wasExceeded;

    /// <summary>Whether the range was read to its end, and nothing beyond it was asked for.</summary>
    public bool IsExhausted => _next == end && !_wasExceeded;

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
            return 0;
        var left = end - _next;
        _wasExceeded |= left == 0;
        stream.Position = _next;
        var length = stream.Read(buffer[..(int)Math.Min(buffer.Length, left > 1 ? left - 1 : left)]);
        _next += length;
        return length;
    }
}
