using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Endpoints.Http;

/// <summary>
/// Drains the rest of a rejected request's body. Clients do not read the response until they have sent the whole body.
/// If the server responds earlier, the client sees a connection reset instead of the message.
/// </summary>
/// <remarks>Only for clients that keep sending, and for a few at a time. Others get the response at once.</remarks>
sealed class RequestBodyDrain(TimeProvider clock)
{
    const int BufferSize = 64 * 1024;

    /// <summary>After so many slow seconds nothing more is read. A network may stall for a moment.</summary>
    const int SlowSeconds = 5;

    int _running;

    /// <summary>Reads and discards the rest of the body.</summary>
    /// <param name="context">The request. Its response must not have started.</param>
    /// <param name="most">The number of bytes after which draining stops and the server responds anyway.</param>
    public async Task DiscardAsync(HttpContext context, long most)
    {
        if (!NeedsReading(context))
            return;
        try
        {
            if (Interlocked.Increment(ref _running) <= ServerLimits.MaxConcurrentDrains)
                await ReadToEndAsync(context, most);
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            // The client disconnected, so nobody will receive the response, or it is too slow.
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    async Task ReadToEndAsync(HttpContext context, long most)
    {
        var rate = new MinimumRate(ServerLimits.MinDrainRate, TimeSpan.FromSeconds(1), SlowSeconds);
        await using var body = new TimedBody(context.Request.Body, rate, "The body arrives too slowly.", clock);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            for (var total = 0L; total < most;)
            {
                var read = await body.ReadAsync(buffer, context.RequestAborted);
                if (read == 0)
                    return;
                total += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    static bool NeedsReading(HttpContext context)
    {
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
            return false;
        // The limit can be changed only before the first read of the body.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is not { IsReadOnly: false } limit)
            return true;
        limit.MaxRequestBodySize = null;
        // A client that waits for "100 Continue" has not sent the body, and reads the final response instead.
        return context.Request.Headers.Expect.Count == 0;
    }
}
