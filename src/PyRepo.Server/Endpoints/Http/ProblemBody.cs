using System.ComponentModel;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Endpoints.Http;

/// <summary>
/// The body of an error (<see href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</see>). <c>message</c> and
/// <c>code</c> are PyPI's: uv shows <c>code</c> when it uploads, and title and detail otherwise.
/// </summary>
sealed record ProblemBody
{
    [Description("A page about this kind of problem.")]
    public required string Type { get; init; }

    [Description("The kind of problem, in a few words.")]
    public required string Title { get; init; }

    [Description("The status.")]
    public required int Status { get; init; }

    [Description("What happened, and what to do.")]
    public required string Detail { get; init; }

    [Description("The path of the request.")]
    public required string Instance { get; init; }

    [Description("The rule of the policy that hides it, as the resource spells its field.")]
    public string? Rule { get; init; }

    [Description("The entry of the rule that decided.")]
    public string? Entry { get; init; }

    [Description("When the rule stops hiding it without anyone changing the policy: an RFC 3339 time.")]
    public string? Until { get; init; }

    [Description("The same as detail.")]
    public required string Message { get; init; }

    [Description("The status and the message.")]
    public required string Code { get; init; }

    /// <summary>Returns the body with what a rule knows.</summary>
    public ProblemBody With(Verdict? hiddenBy) => hiddenBy is null ? this : this with
    {
        Rule = hiddenBy.Rule,
        Entry = hiddenBy.Entry,
        Until = hiddenBy.Until is { } end ? Verdict.FormatEnd(end) : null,
    };
}

[JsonSerializable(typeof(ProblemBody))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
sealed partial class ProblemJson : JsonSerializerContext
{
    /// <summary>Writes quotes unescaped, because nothing interprets the output as HTML.</summary>
    public static ProblemJson Readable => field ??= new(new JsonSerializerOptions(Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
