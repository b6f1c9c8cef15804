using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PyRepo.Kubernetes.Objects.Meta;

/// <summary>An object of a kind that a CRD declares: its spec and status are for whoever declares it.</summary>
public sealed record CustomObject : KubernetesObject
{
    static readonly JsonWriterOptions _packing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>As it was written; undefined where there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonElement Spec { get => PackedSpec is null ? field : JsonElement.Parse(PackedSpec); init; }

    /// <inheritdoc cref="Spec"/>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonElement Status { get; init; }

    /// <summary>
    /// The spec as text, where it is kept so: read, small values take several times as much memory. Null: it is not.
    /// </summary>
    [JsonIgnore]
    public byte[]? PackedSpec { get; init; }

    /// <summary>The length of a spec in bytes of JSON that is not kept, because it is too long; null: it is kept.</summary>
    [JsonIgnore]
    public int? LengthOfLeftOutSpec { get; init; }

    /// <summary>Whether only the metadata are kept.</summary>
    [JsonIgnore]
    public bool IsMetadataOnly { get; init; }

    /// <summary>A value as JSON, with no more escapes and spaces than it needs.</summary>
    public static byte[] Pack(JsonElement value)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, _packing))
            value.WriteTo(writer);
        return bytes.ToArray();
    }
}
