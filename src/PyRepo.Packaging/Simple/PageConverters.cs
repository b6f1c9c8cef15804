using System.Text.Json;
using System.Text.Json.Serialization;

namespace PyRepo.Packaging.Simple;

/// <summary>Reads one kind of value, whatever JSON stands there; writing goes another way.</summary>
abstract class ReadingConverter<T> : JsonConverter<T>
{
    public override bool HandleNull => true;

    public sealed override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Pages are written by SimpleJson.Write.");
}

sealed class LenientStringConverter : ReadingConverter<string?>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TakeString();
}

sealed class PageMetaConverter : ReadingConverter<PageMeta>
{
    public override PageMeta Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var meta = default(PageMeta);
        if (!reader.StartsObject())
            return meta;
        while (reader.ReadProperty())
        {
            if (reader.IsProperty("api-version"u8))
                meta = meta with { ApiVersion = reader.TakeString() };
            else if (reader.IsProperty("_last-serial"u8))
                meta = meta with { LastSerial = reader.TakeInt64() };
            else
                reader.SkipValue();
        }
        return meta;
    }
}

sealed class PageStatusConverter : ReadingConverter<PageStatus>
{
    /// <summary>An object; before the specification was clear, some servers sent the word alone.</summary>
    public override PageStatus Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        string? word = null;
        string? reason = null;
        if (reader.TokenType == JsonTokenType.String)
        {
            word = reader.GetString();
        }
        else if (reader.StartsObject())
        {
            while (reader.ReadProperty())
            {
                if (reader.IsProperty("status"u8))
                    word = reader.TakeString();
                else if (reader.IsProperty("reason"u8))
                    reason = reader.TakeString();
                else
                    reader.SkipValue();
            }
        }
        return ProjectStatusWords.TryParse(word, out var status) ? new PageStatus(status, reason) : default;
    }
}

sealed class ListedProjectConverter : ReadingConverter<ListedProject>
{
    public override ListedProject Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (!reader.StartsObject())
            throw new JsonException("an entry of \"projects\" is not an object");
        string? name = null;
        long? serial = null;
        while (reader.ReadProperty())
        {
            if (reader.IsProperty("name"u8))
                name = reader.TakeString();
            else if (reader.IsProperty("_last-serial"u8))
                serial = reader.TakeInt64();
            else
                reader.SkipValue();
        }
        return new ListedProject(name ?? throw new JsonException("an entry of \"projects\" has no name"), serial);
    }
}
