using System.Text.Json;

namespace PyRepo.Storage.Buckets.Gcs;

/// <summary>Why a token endpoint refuses.</summary>
/// <param name="Error">The code, or an object with a message.</param>
/// <param name="ErrorDescription">The reason in words.</param>
sealed record GcsTokenError(JsonElement Error, string? ErrorDescription)
{
    /// <summary>The code.</summary>
    public string? Code => Error.ValueKind switch
    {
        JsonValueKind.String => Error.GetString(),
        JsonValueKind.Object when Error.TryGetProperty("status", out var status) => status.ToString(),
        _ => null,
    };

    /// <summary>The reason.</summary>
    public string? Message => ErrorDescription
        ?? (Error.ValueKind == JsonValueKind.Object && Error.TryGetProperty("message", out var message)
            ? message.ToString()
            : null);
}
