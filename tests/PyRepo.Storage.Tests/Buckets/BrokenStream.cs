namespace PyRepo.Storage.Tests.Buckets;

/// <summary>A stream that has a few bytes, and then breaks, or nothing more happens.</summary>
sealed class BrokenStream(bool throws) : AsyncForwardStream
{
    bool _isRead;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_isRead)
        {
            if (throws)
                throw new IOException("The connection broke.");
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        _isRead = true;
        return 3;
    }
}
