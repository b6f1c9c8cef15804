using Microsoft.AspNetCore.Http;

namespace PyRepo.Server.Files;

/// <summary>Sends a stream as a response body, in pieces as large as the socket's pipe takes.</summary>
static class StreamSender
{
    const int ChunkLength = 64 * 1024;

    /// <summary>After so many bytes others have their turn: where reader and source are both quick, nothing here waits.</summary>
    const int TurnLength = 256 * 1024;

    /// <summary>Sends exactly so many bytes, or breaks the connection off.</summary>
    public static async Task SendAsync(HttpContext context, Stream stream, long count, CancellationToken cancellationToken)
    {
        context.Response.ContentLength = count;
        await context.Response.StartAsync(cancellationToken);
        var output = context.Response.BodyWriter;
        var turn = TurnLength;
        for (var left = count; left > 0;)
        {
            if (turn <= 0)
            {
                await Task.Yield();
                turn = TurnLength;
            }
            var read = await stream.ReadAsync(output.GetMemory(ChunkLength)[..(int)Math.Min(ChunkLength, left)], cancellationToken);
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
