using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace PyRepo.Server.Http;

/// <summary>
/// Drains the rest of a rejected request's body. Clients do not read the response until they have sent the whole body.
/// If the server responds earlier, the client sees a connection reset instead of the message.
/// </summary>
static class RequestBodyDrain
{
    const int BufferSize = 64 * 1024;

    /// <summary>Reads and discards the rest of the body.</summary>
    /// <param name="context">The request. Its response must not have started.</param>
    /// <param name="most">The number of bytes after which draining stops and the server responds anyway.</param>
    public static async Task DiscardAsync(HttpContext context, long most)
    {
        if (!NeedsReading(context))
            return;
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            for (var total = 0L; total < most;)
            {
                var read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted);
                if (read == 0)
                    return;
                total += read;
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            // The client disconnected, so nobody will receive the response.
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
