using Microsoft.AspNetCore.Http;

namespace PyRepo.Server.Http;

/// <summary>Reads short bodies as a whole.</summary>
static class RequestBody
{
    /// <summary>Returns the body, or null if it is longer than a limit.</summary>
    public static async Task<byte[]?> ReadAsync(HttpContext context, int maxLength)
    {
        if (context.Request.ContentLength > maxLength)
            return null;
        var buffer = new byte[maxLength + 1];
        var length = await context.Request.Body.ReadAtLeastAsync(
            buffer, buffer.Length, throwOnEndOfStream: false, context.RequestAborted);
        return length > maxLength ? null : buffer[..length];
    }
}
