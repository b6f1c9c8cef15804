using Microsoft.AspNetCore.Http;

namespace PyRepo.Server.Endpoints.Files;

/// <summary>Sends a stream as a response body, in chunks as large as the socket's pipe accepts.</summary>
static class StreamSender
{
    const int ChunkLength = 64 * 1024;

    /// <summary>
    /// The number of bytes after which other requests get a turn. If reader and source are both fast, nothing here
    /// waits.
    /// </summary>
    const int TurnLength = 256 * 1024;

    /// <summary>Sends exactly <paramref name="count"/> bytes, or aborts the connection.</summary>
    public static async Task SendAsync(
        HttpContext context, Stream stream, long count, CancellationToken cancellationToken)
    {
        context.Response.ContentLength = count;
        await context.Response.StartAsync(cancellationToken);
        await SendPartAsync(context, stream, count, cancellationToken);
    }

    /// <summary>Sends exactly <paramref name="count"/> more bytes of a response that was started.</summary>
    public static async Task SendPartAsync(
        HttpContext context, Stream stream, long count, CancellationToken cancellationToken)
    {
        var output = context.Response.BodyWriter;
        var turn = TurnLength;
        for (var left = count; left > 0;)
        {
            if (turn <= 0)
            {
                await Task.Yield();
                turn = TurnLength;
            }
            var read = await stream.ReadAsync(
                output.GetMemory(ChunkLength)[..(int)Math.Min(ChunkLength, left)], cancellationToken);
            if (read == 0)
                throw new IOException($"A file ended {left} bytes early.");
            output.Advance(read);
            left -= read;
            turn -= read;
            if ((await output.FlushAsync(cancellationToken)).IsCompleted)
                return;
        }
    }
}
