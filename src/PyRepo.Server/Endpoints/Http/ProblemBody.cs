using System.ComponentModel;
using System.Text.Json.Serialization;

namespace PyRepo.Server.Endpoints.Http;

/// <summary>The body of an error, in the format that PyPI uses. uv shows <c>code</c>.</summary>
sealed record ProblemBody(
    [property: JsonPropertyName("message"), Description("What happened, and what to do.")] string Message,
    [property: JsonPropertyName("code"), Description("The status and the message.")] string Code,
    [property: JsonPropertyName("title"), Description("The name of the status.")] string Title);
