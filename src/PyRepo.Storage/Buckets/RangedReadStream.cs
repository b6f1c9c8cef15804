namespace PyRepo.Storage.Buckets;

/// <summary>
/// Reads an object block by block, as positions are read. The end of an archive, where its directory is, costs one
/// request, and each of its entries another.
/// </summary>
/// <remarks>
/// Archives are read synchronously. A reader occupies its thread while it waits, so there may be only few at a time.
/// </remarks>
sealed class RangedReadStream(long length, Func<long, long, BucketResponse> read) : SeekableReadStream
{
    const int BlockLength = 64 * 1024;

    /// <summary>The blocks that are kept: the last one has the directory, which is read first and again.</summary>
    const int MaxBlocks = 16;

    readonly Dictionary<long, byte[]> _blocks = [];
    long _position;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set => _position = value;
    }

    public override int Read(Span<byte> buffer)
    {
        if (_position < 0 || _position >= length || buffer.IsEmpty)
            return 0;
        var block = GetBlock(_position / BlockLength);
        var start = (int)(_position % BlockLength);
        var count = Math.Min(buffer.Length, block.Length - start);
        block.AsSpan(start, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    byte[] GetBlock(long index)
    {
        if (_blocks.TryGetValue(index, out var known))
            return known;
        if (_blocks.Count >= MaxBlocks)
            _blocks.Clear();
        var start = index * BlockLength;
        // The last block is usually short, and the directory may begin before it.
        var isLast = start + BlockLength >= length;
        var from = isLast && index > 0 ? start - BlockLength : start;
        var bytes = new byte[Math.Min(length, start + BlockLength) - from];
        using (var response = read(from, bytes.Length))
            response.Body.ReadExactly(bytes);
        if (from < start)
        {
            _blocks[index - 1] = bytes[..BlockLength];
            return _blocks[index] = bytes[BlockLength..];
        }
        return _blocks[index] = bytes;
    }
}
