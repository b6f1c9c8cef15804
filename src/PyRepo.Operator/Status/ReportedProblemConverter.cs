using System.Text.Json;
using System.Text.Json.Serialization;

namespace PyRepo.Operator.Status;

/// <summary>Reads a problem: an object, or from a server without reasons a text.</summary>
sealed class ReportedProblemConverter : JsonConverter<ReportedProblem>
{
    /// <inheritdoc/>
    public override ReportedProblem Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType is JsonTokenType.String)
            return ReportedProblem.OfMessage(reader.GetString()!);
        var problem = JsonElement.ParseValue(ref reader);
        return problem.ValueKind is JsonValueKind.Object
            ? new ReportedProblem(TextOf(problem, "reason"), TextOf(problem, "source"), TextOf(problem, "message"))
            : throw new JsonException("A problem is an object or a text.");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ReportedProblem value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("reason", value.Reason);
        writer.WriteString("source", value.Source);
        writer.WriteString("message", value.Message);
        writer.WriteEndObject();
    }

    static string TextOf(JsonElement problem, string name) =>
        problem.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString()!
            : "";
}
