using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace PyRepo.Server.Endpoints.Http;

/// <summary>Reads short bodies as a whole.</summary>
static class RequestBody
{
    const int MinBuffer = 1024;

    /// <summary>Returns the body, or null if it is longer than a limit.</summary>
    public static async Task<byte[]?> ReadAsync(HttpContext context, int maxLength)
    {
        if (context.Request.ContentLength > maxLength)
            return null;
        // It takes memory only for what has come: a client may say a length, and send nothing.
        var read = new ArrayBufferWriter<byte>(MinBuffer);
        while (read.WrittenCount <= maxLength)
        {
            var length = await context.Request.Body.ReadAsync(read.GetMemory(MinBuffer), context.RequestAborted);
            if (length == 0)
                return read.WrittenSpan.ToArray();
            read.Advance(length);
        }
        return null;
    }
}
