using System.Text.Json;

namespace PyRepo.Packaging.Simple;

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
