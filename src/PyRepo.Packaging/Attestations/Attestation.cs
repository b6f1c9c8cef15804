using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using PyRepo.Packaging.Hashes;

namespace PyRepo.Packaging.Attestations;

/// <summary>
/// A signed statement about a distribution (<see href="https://peps.python.org/pep-0740/">PEP 740</see>). What it says
/// is read; neither its signature nor its certificate is verified.
/// </summary>
public sealed record Attestation
{
    /// <summary>The length in bytes of all attestations of a file. Who receives them applies it.</summary>
    public const int MaxArrayLength = 1 << 20;

    /// <summary>The attestations that a file may have. PyPI knows two types of them.</summary>
    public const int MaxCount = 8;

    const string StatementType = "https://in-toto.io/Statement/v1";

    /// <summary>Deeper nesting could not be read in a provenance object, which readers nest 64 deep.</summary>
    const int MaxDepth = 32;

    /// <summary>The attestation object as its maker wrote it.</summary>
    public required JsonElement Json { get; init; }

    /// <summary>The name of the file that the statement is about.</summary>
    public required string Subject { get; init; }

    /// <summary>The SHA-256 of that file.</summary>
    public required Sha256Digest Sha256 { get; init; }

    /// <summary>The type of the statement about the file: a URI, such as that of SLSA's provenance.</summary>
    public required string PredicateType { get; init; }

    /// <summary>Reads a JSON array of attestations, as twine and uv send it.</summary>
    /// <param name="json">The array.</param>
    /// <param name="attestations">The attestations; null if one of them is not valid.</param>
    /// <param name="problem">The problem, without a full stop; null if there is none.</param>
    public static bool TryParseArray(
        string json, [NotNullWhen(true)] out IReadOnlyList<Attestation>? attestations,
        [NotNullWhen(false)] out string? problem)
    {
        (attestations, problem) = (null, null);
        try
        {
            attestations = ReadArray(StrictJson.Parse(Encoding.UTF8.GetBytes(json), MaxDepth));
            return true;
        }
        catch (Exception error) when (error is JsonException or FormatException)
        {
            problem = error is FormatException ? error.Message : "they are not valid JSON";
            return false;
        }
    }

    /// <exception cref="FormatException">They are not valid.</exception>
    internal static IReadOnlyList<Attestation> ReadArray(JsonElement array)
    {
        if (array.ValueKind is not JsonValueKind.Array)
            throw new FormatException("they are not a JSON array");
        if (array.GetArrayLength() > MaxCount)
            throw new FormatException($"there are more than {MaxCount}");
        List<Attestation> read = [.. array.EnumerateArray().Select(Read)];
        if (read.Count == 0)
            throw new FormatException("the array is empty");
        if (read.GroupBy(each => each.PredicateType).FirstOrDefault(same => same.Count() > 1) is { Key: var twice })
            throw new FormatException($"there are several with the predicate type '{twice}'");
        return read;
    }

    static Attestation Read(JsonElement json)
    {
        if (Property(json, "version", JsonValueKind.Number).TryGetInt32(out var version) is false || version != 1)
            throw new FormatException("the only known 'version' is 1");
        var material = Property(json, "verification_material", JsonValueKind.Object);
        GetBytes(material, "certificate");
        if (Property(material, "transparency_entries", JsonValueKind.Array).GetArrayLength() == 0)
            throw new FormatException("'transparency_entries' is empty");
        var envelope = Property(json, "envelope", JsonValueKind.Object);
        GetBytes(envelope, "signature");
        return ReadStatement(json, GetBytes(envelope, "statement"));
    }

    static Attestation ReadStatement(JsonElement attestation, byte[] bytes)
    {
        JsonElement statement;
        try
        {
            statement = StrictJson.Parse(bytes, MaxDepth);
        }
        catch (JsonException)
        {
            throw new FormatException("the statement is not valid JSON");
        }
        if (GetText(statement, "_type") != StatementType)
            throw new FormatException($"the statement's type is not '{StatementType}'");
        var subjects = Property(statement, "subject", JsonValueKind.Array);
        if (subjects.GetArrayLength() != 1)
            throw new FormatException("the statement must be about one file");
        var digest = GetText(Property(subjects[0], "digest", JsonValueKind.Object), "sha256");
        return new Attestation
        {
            Json = attestation,
            Subject = GetText(subjects[0], "name"),
            Sha256 = Sha256Digest.TryParse(digest, out var sha256)
                ? sha256
                : throw new FormatException("the subject's 'sha256' is not a digest"),
            PredicateType = GetText(statement, "predicateType"),
        };
    }

    static JsonElement Property(JsonElement parent, string name, JsonValueKind kind) =>
        parent.ValueKind is JsonValueKind.Object && parent.TryGetProperty(name, out var value)
            && value.ValueKind == kind
            ? value
            : throw new FormatException($"'{name}' is missing or not {GetName(kind)}");

    static string GetText(JsonElement parent, string name) =>
        Property(parent, name, JsonValueKind.String).GetString() is { Length: > 0 } text
            ? text
            : throw new FormatException($"'{name}' is empty");

    static byte[] GetBytes(JsonElement parent, string name) =>
        Property(parent, name, JsonValueKind.String).TryGetBytesFromBase64(out var bytes) && bytes.Length > 0
            ? bytes
            : throw new FormatException($"'{name}' is not base64");

    static string GetName(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.Number => "a number",
        _ => "text",
    };
}
