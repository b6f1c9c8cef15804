using System.Text.Json;
using System.Text.Json.Serialization;

namespace PyRepo.Packaging.Simple;

/// <summary>A converter that only reads, and accepts any JSON value. Pages are written by
/// <see cref="SimpleJson"/>.</summary>
abstract class ReadOnlyConverter<T> : JsonConverter<T>
{
    public override bool HandleNull => true;

    public sealed override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Pages are written by SimpleJson.Write.");
}
