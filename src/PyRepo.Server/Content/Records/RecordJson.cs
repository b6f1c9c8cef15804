using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PyRepo.Server.Content.Records;

[JsonSerializable(typeof(ProjectEvent))]
[JsonSerializable(typeof(SealedLine))]
[JsonSerializable(typeof(StoreFormat))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.KebabCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
sealed partial class RecordJson : JsonSerializerContext
{
    /// <summary>Writes <c>&gt;=3.8</c> without escapes, because people read records.</summary>
    public static RecordJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
