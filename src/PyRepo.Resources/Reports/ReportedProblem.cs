using System.Text.Json;
using System.Text.Json.Serialization;
using PyRepo.Resources.Problems;

namespace PyRepo.Resources.Reports;

/// <summary>A problem that a server's <c>/status</c> reports.</summary>
/// <param name="Reason">
/// The kind of problem: a <see cref="ProblemReason"/>, or one that only a newer server knows. Empty if the server is of a
/// version that had no reasons. Programs read this, not the message.
/// </param>
/// <param name="Source">
/// The file with the problem, as <c>resource.yaml</c> or <c>members/KIND/NAME.yaml</c>, relative to the folder that the
/// operator mounts. Empty if no file has it.
/// </param>
/// <param name="Message">The problem, and its place.</param>
[JsonConverter(typeof(ReportedProblemConverter))]
public sealed record ReportedProblem(string Reason, string Source, string Message)
{
    /// <summary>The directory of group members' documents on the volume that the operator mounts.</summary>
    const string MemberFolder = "members/";

    /// <summary>Creates a problem of a server of this version.</summary>
    public ReportedProblem(ProblemReason reason, string source, string message)
        : this(reason.ToString(), source, message)
    {
    }

    /// <summary>
    /// Whether the server does not know a field, kind or version: it is older than the resource. A server without
    /// reasons is understood by its message, whose text no longer changes.
    /// </summary>
    public bool IsUnknownField => Reason.Length > 0
        ? Reason == nameof(ProblemReason.Unknown)
        : SaysUnknownField(Message);

    /// <summary>Whether it is in the document of a group's member, and so the member's fault.</summary>
    public bool IsOfMember => IsInMember(Source);

    /// <summary>A problem of a server without reasons, which reported messages alone.</summary>
    public static ReportedProblem OfMessage(string message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return new("", IsInMember(message) ? MemberFolder : "", message);
    }

    /// <summary>Whether the message of a server without reasons means that it does not know a field.</summary>
    public static bool SaysUnknownField(string message) =>
        message.Contains("is not a known field", StringComparison.Ordinal);

    /// <summary>Whether a source, or a text that begins with one, is in the document of a group's member.</summary>
    public static bool IsInMember(string source) => source.StartsWith(MemberFolder, StringComparison.Ordinal);
}

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
            ? new ReportedProblem(GetText(problem, "reason"), GetText(problem, "source"), GetText(problem, "message"))
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

    static string GetText(JsonElement problem, string name) =>
        problem.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString()!
            : "";
}
