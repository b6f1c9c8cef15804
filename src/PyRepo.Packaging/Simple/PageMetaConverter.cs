using System.Text.Json;

namespace PyRepo.Packaging.Simple;

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
