using System.Net.Http.Headers;
using System.Text.Json.Serialization;

namespace EndToEnd.Serving.Layouts;

/// <summary>A token that a server issued.</summary>
public sealed record ServedToken(
    [property: JsonPropertyName("name")] string Name, [property: JsonPropertyName("token")] string Token)
{
    /// <summary>The credentials of who has it.</summary>
    public AuthenticationHeaderValue Credentials => TwineForm.Basic("__token__", Token);
}
