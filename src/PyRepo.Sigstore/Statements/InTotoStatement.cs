using System.Text.Json;
using System.Text.Json.Serialization;

namespace PyRepo.Sigstore.Statements;

/// <summary>
/// A statement about files (<see href="https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md">in-toto
/// </see>).
/// </summary>
public sealed record InTotoStatement
{
    /// <summary>The type of its envelope's payload.</summary>
    public const string PayloadType = "application/vnd.in-toto+json";

    const int MaxSubjects = 1024;

    /// <summary>The type of the statement itself.</summary>
    [JsonPropertyName("_type")]
    public required string Type { get; init; }

    /// <summary>The files that it is about.</summary>
    public required IReadOnlyList<StatementSubject> Subject { get; init; }

    /// <summary>The type of what it says about them.</summary>
    public required string PredicateType { get; init; }

    /// <summary>Reads a statement.</summary>
    /// <exception cref="FormatException">It is not valid.</exception>
    public static InTotoStatement Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, StatementJson.Default.InTotoStatement) is
            { Subject.Count: > 0 and <= MaxSubjects } statement && statement.Subject.All(subject => subject is not null)
                ? statement
                : throw new FormatException("the statement has no subject, or too many");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new FormatException("the payload is no in-toto statement", error);
        }
    }
}

/// <summary>A file that a statement is about.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Digest">Its digests in hexadecimal, by algorithm.</param>
public sealed record StatementSubject(string Name, IReadOnlyDictionary<string, string> Digest)
{
    /// <summary>Whether it has this SHA-256.</summary>
    public bool Has(ReadOnlySpan<byte> sha256) =>
        Digest.TryGetValue("sha256", out var digest) && digest == Convert.ToHexStringLower(sha256);
}

[JsonSerializable(typeof(InTotoStatement))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, MaxDepth = 64, AllowDuplicateProperties = false,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
sealed partial class StatementJson : JsonSerializerContext;
