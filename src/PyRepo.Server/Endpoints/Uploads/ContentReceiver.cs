using System.Buffers;
using PyRepo.Resources.Values;
using PyRepo.Server.Content.Repositories;
using PyRepo.Storage;

namespace PyRepo.Server.Endpoints.Uploads;

/// <summary>Copies a file's bytes from the network to the store in one pass, with constant memory.</summary>
static class ContentReceiver
{
    const int BufferSize = 256 * 1024;

    /// <summary>Enough for a small file, or for one that arrives slowly, of which there may be many at once.</summary>
    const int FirstBufferSize = 16 * 1024;

    /// <summary>
    /// Receives a whole stream. While one buffer is being filled, the previous one is written and hashed, each of
    /// it on a thread of its own.
    /// </summary>
    /// <param name="source">The stream.</param>
    /// <param name="staged">Receives the bytes; null if they are only hashed.</param>
    /// <param name="digests">Receive the bytes, too.</param>
    /// <param name="limit">How many bytes the stream may have.</param>
    /// <param name="share">The upload's memory. With more of it, what is large arrives faster.</param>
    /// <param name="cancellationToken">Stops receiving.</param>
    /// <exception cref="RejectedException">The stream is larger than the limit.</exception>
    public static async Task ReceiveAsync(
        Stream source, StagedObject? staged, UploadDigests digests, Quantity limit, UploadShare share,
        CancellationToken cancellationToken)
    {
        byte[][] buffers = [ArrayPool<byte>.Shared.Rent(FirstBufferSize), ArrayPool<byte>.Shared.Rent(FirstBufferSize)];
        var written = Task.CompletedTask;
        try
        {
            for (var (turn, total) = (0, 0L); ; turn ^= 1)
            {
                if (total > 0 && buffers[turn].Length < BufferSize && share.TryGrow(BufferSize - FirstBufferSize))
                    Grow(ref buffers[turn]);
                var buffer = buffers[turn];
                var filled = await UploadRequest.FillAsync(source, buffer, cancellationToken);
                await written;
                total += filled;
                if (total > limit.Bytes)
                    throw new RejectedException(
                        RejectionReason.TooLarge, $"The file is larger than {limit}, the limit of this repository.");
                var part = buffer.AsMemory(0, filled);
                if (filled < buffer.Length)
                {
                    digests.Append(part.Span);
                    await WriteAsync(part);
                    return;
                }
                written = Task.WhenAll(
                    [Task.Run(() => WriteAsync(part), cancellationToken), .. digests.BeginAppend(part)]);
            }
        }
        finally
        {
            // Whatever the outcome, return the buffers only when they are no longer in use.
            await written.ContinueWith(
                static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
            foreach (var buffer in buffers)
                ArrayPool<byte>.Shared.Return(buffer);
        }

        static void Grow(ref byte[] buffer)
        {
            var larger = ArrayPool<byte>.Shared.Rent(BufferSize); // First: what is returned must be nobody's any more.
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }

        async Task WriteAsync(ReadOnlyMemory<byte> part)
        {
            if (staged is not null)
                await staged.AppendAsync(part, cancellationToken);
        }
    }
}
