using PyRepo.Storage;

namespace PyRepo.Egress;

/// <summary>Reads another stream, up to a maximum number of bytes.</summary>
/// <param name="inner">The other stream; disposed together with this one.</param>
/// <param name="maxLength">The maximum number of bytes.</param>
sealed class BoundedStream(Stream inner, long maxLength) : AsyncForwardStream
{
    long _read;

    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The stream has more bytes than allowed.</exception>
    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Count(await inner.ReadAsync(buffer, cancellationToken));

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        await base.DisposeAsync();
    }

    int Count(int read) => (_read += read) <= maxLength
        ? read
        : throw new InvalidDataException($"It has more than {maxLength >> 20} MiB.");
}
