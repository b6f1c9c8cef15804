using PyRepo.Storage;

namespace PyRepo.Server.Proxies.Advisories;

/// <summary>
/// Reads another stream, up to a number of bytes in all. A zip file's directory is read into memory as a whole, and its
/// header may lie about the length.
/// </summary>
/// <param name="inner">The other stream; not disposed here.</param>
/// <param name="allowance">The number of bytes.</param>
sealed class MeteredStream(Stream inner, long allowance) : SeekableReadStream
{
    long _allowance = allowance;

    /// <inheritdoc/>
    public override long Length => inner.Length;

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The position is before the beginning.</exception>
    public override long Position
    {
        get => inner.Position;
        set => inner.Position = value >= 0 ? value : throw new InvalidDataException("It is cut off.");
    }

    /// <summary>Sets how many bytes may be read from here on.</summary>
    public void Allow(long length) => _allowance = length;

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">More bytes than allowed were read.</exception>
    public override int Read(Span<byte> buffer)
    {
        var read = inner.Read(buffer);
        return (_allowance -= read) >= 0 ? read : throw new InvalidDataException("Its directory is too long.");
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
}
