using System.Text.Json;
using System.Text.Json.Serialization;

namespace PyRepo.Packaging.Simple;

sealed record ProjectDocument
{
    [JsonPropertyName("meta"), JsonConverter(typeof(PageMetaConverter))]
    public PageMeta Meta { get; init; }

    [JsonPropertyName("name"), JsonConverter(typeof(LenientStringConverter))]
    public string? Name { get; init; }

    [JsonPropertyName("project-status"), JsonConverter(typeof(PageStatusConverter))]
    public PageStatus Status { get; init; }

    [JsonPropertyName("versions")]
    public VersionList? Versions { get; init; }

    [JsonPropertyName("files")]
    public FileList? Files { get; init; }
}

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

readonly record struct PageStatus(ProjectStatus Status, string? Reason);
