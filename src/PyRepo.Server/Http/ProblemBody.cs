using System.Text.Json.Serialization;

namespace PyRepo.Server.Http;

/// <summary>The body of an error, in the format that PyPI uses. uv shows <c>code</c>.</summary>
sealed record ProblemBody(
    [property: JsonPropertyName("message")] string Message,
    [property: JsonPropertyName("code")] string Code,
    [property: JsonPropertyName("title")] string Title);
