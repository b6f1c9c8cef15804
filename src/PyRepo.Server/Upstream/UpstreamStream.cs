using PyRepo.Server.Repositories;

namespace PyRepo.Server.Upstream;

/// <summary>The body of a file from another index, as it arrives.</summary>
/// <param name="body">The body; disposed here.</param>
/// <param name="silence">How long the index may send nothing.</param>
/// <param name="broken">Called with the cause if the rest does not come.</param>
sealed class UpstreamStream(Stream body, SilenceLimit silence, Action<string> broken) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    /// <exception cref="BrokenOffException">The rest does not come.</exception>
    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await silence.ReadAsync(body, buffer, cancellationToken);
        }
        catch (Exception error) when (error is UpstreamUnavailableException or IOException or HttpRequestException)
        {
            broken(error.Message);
            throw new BrokenOffException(error.Message);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await body.DisposeAsync();
        await base.DisposeAsync();
    }
}
