using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace PyRepo.Server.Http;

/// <summary>
/// The rest of a refused request's body. Clients read no answer before they have sent all of it: one that is answered
/// earlier sees a connection reset instead of the sentence.
/// </summary>
static class RequestBodyDrain
{
    const int BufferSize = 64 * 1024;

    /// <summary>Reads and throws away what still comes.</summary>
    /// <param name="context">The request, which has not been answered yet.</param>
    /// <param name="most">The bytes after which it is answered all the same.</param>
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
            // The client broke off; the answer goes nowhere then.
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
        // The limit can be changed until the body begins to be read.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is not { IsReadOnly: false } limit)
            return true;
        limit.MaxRequestBodySize = null;
        // Who waits for "100 Continue" sends nothing before it is told to, and reads the answer instead.
        return context.Request.Headers.Expect.Count == 0;
    }
}
