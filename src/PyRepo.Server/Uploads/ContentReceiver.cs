using System.Buffers;
using PyRepo.Resources.Values;
using PyRepo.Server.Repositories;
using PyRepo.Storage;

namespace PyRepo.Server.Uploads;

/// <summary>Copies a file's bytes from the network to the store in one pass, with constant memory.</summary>
static class ContentReceiver
{
    const int BufferSize = 256 * 1024;

    /// <summary>
    /// Receives a whole stream. While one buffer is being filled, the previous one is hashed and written.
    /// </summary>
    /// <exception cref="RejectedException">The stream is larger than the limit.</exception>
    public static async Task ReceiveAsync(
        Stream source, StagedObject staged, UploadDigests digests, Quantity limit, CancellationToken cancellationToken)
    {
        byte[][] buffers = [ArrayPool<byte>.Shared.Rent(BufferSize), ArrayPool<byte>.Shared.Rent(BufferSize)];
        var written = Task.CompletedTask;
        try
        {
            for (var (turn, total) = (0, 0L); ; turn ^= 1)
            {
                var buffer = buffers[turn].AsMemory(0, BufferSize);
                var filled = await UploadRequest.FillAsync(source, buffer, cancellationToken);
                await written;
                total += filled;
                if (total > limit.Bytes)
                    throw new RejectedException(
                        RejectionReason.TooLarge, $"The file is larger than {limit}, the limit of this repository.");
                var part = buffer[..filled];
                if (filled < BufferSize)
                {
                    await TakeAsync(part);
                    return;
                }
                written = Task.Run(() => TakeAsync(part), cancellationToken);
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

        Task TakeAsync(ReadOnlyMemory<byte> part)
        {
            digests.Append(part.Span);
            return staged.AppendAsync(part, cancellationToken).AsTask();
        }
    }
}
