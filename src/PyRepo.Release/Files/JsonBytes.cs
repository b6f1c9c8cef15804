using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PyRepo.Release.Files;

/// <summary>JSON as the bytes that are hashed and signed: the same value gives the same bytes.</summary>
static class JsonBytes
{
    static readonly JsonSerializerOptions _compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    static readonly JsonSerializerOptions _indented = new(_compact) { WriteIndented = true };

    /// <summary>On one line.</summary>
    public static byte[] Write(JsonNode value) => Encoding.UTF8.GetBytes(value.ToJsonString(_compact));

    /// <summary>For people, with a line break at its end.</summary>
    public static byte[] WriteIndented(JsonNode value) =>
        Encoding.UTF8.GetBytes(value.ToJsonString(_indented) + "\n");

    /// <summary>A map of texts, in the order of their names.</summary>
    public static JsonObject Map(IEnumerable<KeyValuePair<string, string>> values) => new(
        values.OrderBy(value => value.Key, StringComparer.Ordinal)
            .Select(value => KeyValuePair.Create(value.Key, (JsonNode?)value.Value)));
}
