using System.Text.Json;
using System.Text.Json.Serialization;

namespace PyRepo.Packaging.Simple;

readonly record struct PageMeta(string? ApiVersion, long? LastSerial);

sealed class PageMetaConverter : ReadOnlyConverter<PageMeta>
{
    public override PageMeta Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var meta = default(PageMeta);
        if (!reader.StartsObject())
            return meta;
        while (reader.ReadProperty())
        {
            if (reader.IsProperty("api-version"u8))
                meta = meta with { ApiVersion = reader.ReadString() };
            else if (reader.IsProperty("_last-serial"u8))
                meta = meta with { LastSerial = reader.ReadInt64() };
            else
                reader.SkipValue();
        }
        return meta;
    }
}

/// <summary>A converter that only reads, and accepts any JSON value. Pages are written by
/// <see cref="SimpleJson"/>.</summary>
abstract class ReadOnlyConverter<T> : JsonConverter<T>
{
    public override bool HandleNull => true;

    public sealed override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Pages are written by SimpleJson.Write.");
}

sealed class LenientStringConverter : ReadOnlyConverter<string?>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.ReadString();
}
