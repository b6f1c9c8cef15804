namespace PyRepo.Storage.Buckets;

/// <summary>
/// The bytes of an object as they arrive. If the connection breaks, the rest is asked for again.
/// </summary>
sealed class ResumingStream(
    BucketResponse first, long offset, long length, Func<long, CancellationToken, Task<BucketResponse>> open)
    : AsyncForwardStream
{
    /// <summary>How often in a row a connection may break without a byte.</summary>
    const int MaxFailures = 3;

    static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(200);

    BucketResponse? _response = first;
    long _position = offset;
    int _failures;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position >= length || buffer.IsEmpty)
            return 0;
        while (true)
        {
            try
            {
                _response ??= await open(_position, cancellationToken);
                var read = await _response.Body.ReadAsync(buffer, cancellationToken);
                if (read == 0)
                    throw new EndOfStreamException($"The answer ended after {_position} of {length} bytes.");
                _position += read;
                _failures = 0;
                return read;
            }
            catch (Exception error) when (error is HttpRequestException
                or (IOException and not ObjectNotFoundException and not BucketException { IsTransient: false }))
            {
                _response?.Dispose();
                _response = null;
                if (++_failures > MaxFailures)
                    throw;
                await Task.Delay(_pause * _failures * (0.5 + Random.Shared.NextDouble()), cancellationToken);
            }
        }
    }

    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _response?.Dispose();
        base.Dispose(disposing);
    }
}
