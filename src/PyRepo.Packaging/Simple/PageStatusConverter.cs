using System.Text.Json;

namespace PyRepo.Packaging.Simple;

sealed class PageStatusConverter : ReadOnlyConverter<PageStatus>
{
    /// <summary>Reads an object. Before the specification was clear, some servers sent only the status.</summary>
    public override PageStatus Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        string? name = null;
        string? reason = null;
        if (reader.TokenType == JsonTokenType.String)
        {
            name = reader.GetString();
        }
        else if (reader.StartsObject())
        {
            while (reader.ReadProperty())
            {
                if (reader.IsProperty("status"u8))
                    name = reader.ReadString();
                else if (reader.IsProperty("reason"u8))
                    reason = reader.ReadString();
                else
                    reader.SkipValue();
            }
        }
        return ProjectStatusNames.TryParse(name, out var status) ? new PageStatus(status, reason) : default;
    }
}
