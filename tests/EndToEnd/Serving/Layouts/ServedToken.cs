using System.Net.Http.Headers;
using System.Text.Json.Serialization;

namespace EndToEnd.Serving.Layouts;

/// <summary>A token that a server issued. It lasts for a year.</summary>
public sealed record ServedToken(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("token")] string Token,
    [property: JsonPropertyName("expires")] DateTimeOffset Expires)
{
    /// <summary>Whether it has ended.</summary>
    public bool IsExpired => Expires < DateTimeOffset.UtcNow;

    /// <summary>The credentials of who has it.</summary>
    public AuthenticationHeaderValue Credentials => TwineForm.Basic("__token__", Token);
}
