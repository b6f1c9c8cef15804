using PyRepo.Storage;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Endpoints.Uploads;

/// <summary>A body of which a little arrives at a time.</summary>
/// <param name="body">All of it.</param>
/// <param name="bytes">How many bytes arrive at a time.</param>
/// <param name="interval">How long each time takes.</param>
/// <param name="clock">The clock on which it does.</param>
sealed class TrickleStream(byte[] body, int bytes, TimeSpan interval, FakeClock clock) : AsyncForwardStream
{
    int _sent;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        clock.Advance(interval);
        var count = Math.Min(Math.Min(bytes, buffer.Length), body.Length - _sent);
        body.AsMemory(_sent, count).CopyTo(buffer);
        _sent += count;
        return new(count);
    }
}
