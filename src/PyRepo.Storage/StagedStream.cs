namespace PyRepo.Storage;

/// <summary>A stream over the bytes that were staged when it was opened.</summary>
sealed class StagedStream(StagedObject staged) : SeekableReadStream
{
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
        var read = staged.Read(buffer[..wanted], Position);
        Position += read;
        return read;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
}
