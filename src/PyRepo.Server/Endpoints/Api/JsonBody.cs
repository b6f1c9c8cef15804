using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Files;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Endpoints.Api;

/// <summary>Reads the bodies of requests to the API, and sends those of responses.</summary>
static class JsonBody
{
    /// <summary>Reads a small body.</summary>
    /// <param name="context">The request.</param>
    /// <param name="type">The type of the body.</param>
    /// <param name="form">An example, for the message.</param>
    /// <param name="maxLength">The longest that it may be, in bytes.</param>
    /// <exception cref="RejectedException">413: it is too long. 400: it has another form.</exception>
    public static async Task<T> ReadAsync<T>(
        HttpContext context, JsonTypeInfo<T> type, string form, int maxLength = ServerLimits.MaxApiBodyLength)
        where T : class
    {
        var body = await RequestBody.ReadAsync(context, maxLength)
            ?? throw new RejectedException(RejectionReason.TooLarge, "The request is too long.");
        try
        {
            return JsonSerializer.Deserialize(body, type) ?? throw new JsonException("It is null.");
        }
        catch (JsonException)
        {
            throw new RejectedException(
                RejectionReason.Invalid, $"The body must be JSON of the form {form}, with no other fields.");
        }
    }

    /// <summary>Sends a body that no cache may keep.</summary>
    public static Task SendAsync<T>(HttpContext context, int status, T body, JsonTypeInfo<T> type) =>
        SendAsync(context, status, JsonSerializer.SerializeToUtf8Bytes(body, type));

    /// <inheritdoc cref="SendAsync{T}"/>
    public static async Task SendAsync(HttpContext context, int status, ReadOnlyMemory<byte> bytes)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.Headers.CacheControl = "no-store";
        response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await BytesSender.SendAsync(context, bytes, context.RequestAborted);
    }
}
