using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PyRepo.Testing.Cluster;

/// <summary>
/// The requests that an API server answered, in the order of their answers. A request is there before its client has
/// the whole answer.
/// </summary>
public sealed class AuditLog(string path)
{
    /// <summary>The place of the next request, to read from later.</summary>
    public long End => new FileInfo(path).Length;

    /// <summary>The requests since a place; a watch is there twice, at its start and its end.</summary>
    public IReadOnlyList<AuditEntry> Read(long since = 0)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Position = since;
        using var reader = new StreamReader(file, Encoding.UTF8);
        var text = reader.ReadToEnd();
        // The last line may be half written.
        var lines = text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. lines.Select(Parse)];
    }

    static AuditEntry Parse(string line) =>
        JsonSerializer.Deserialize(line, AuditJson.Default.AuditEntry)
        ?? throw new JsonException("An empty audit entry.");
}

/// <summary>One request (<c>audit.k8s.io/v1 Event</c>, level Metadata).</summary>
public sealed record AuditEntry
{
    /// <summary>ResponseStarted (of a watch) or ResponseComplete.</summary>
    public required string Stage { get; init; }

    /// <summary>get, list, watch, create, update, patch, delete, deletecollection.</summary>
    public required string Verb { get; init; }

    [JsonPropertyName("requestURI")]
    public required string RequestUri { get; init; }
    public required AuditUser User { get; init; }
    public string UserAgent { get; set; } = "";

    /// <summary>Null where the request is about no object.</summary>
    public AuditObject? ObjectRef { get; init; }

    public AuditStatus? ResponseStatus { get; init; }
    public DateTimeOffset RequestReceivedTimestamp { get; init; }

    /// <summary>Whether the request could change anything.</summary>
    [JsonIgnore]
    public bool IsWrite => Verb is not ("get" or "list" or "watch");

    /// <summary><c>patch deployments/scale ns/name 200</c></summary>
    public override string ToString() => $"{Verb} {ObjectRef?.ToString() ?? RequestUri} {ResponseStatus?.Code}";
}

/// <summary>Who asked.</summary>
public sealed record AuditUser(string Username, IReadOnlyDictionary<string, IReadOnlyList<string>>? Extra = null)
{
    /// <summary>With which token, as <c>JTI=…</c>; null: with none of a ServiceAccount.</summary>
    [JsonIgnore]
    public string? Credential =>
        Extra?.GetValueOrDefault("authentication.kubernetes.io/credential-id") is [var first, ..] ? first : null;
}

/// <summary>What was asked about.</summary>
public sealed record AuditObject
{
    // Generated readers give a property that is init-only and not in the JSON null, whatever it is initialised with.
    public string Resource { get; set; } = "";
    public string Subresource { get; set; } = "";
    public string ApiGroup { get; set; } = "";
    public string Namespace { get; set; } = "";
    public string Name { get; set; } = "";

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Resource}{(Subresource.Length > 0 ? "/" : "")}{Subresource} {Namespace}/{Name}";
}

/// <summary>How it ended.</summary>
public sealed record AuditStatus(int Code);

/// <summary>How entries are read.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(AuditEntry))]
sealed partial class AuditJson : JsonSerializerContext;
