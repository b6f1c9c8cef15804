using System.Text.Json;

namespace PyRepo.Packaging.Simple;

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
