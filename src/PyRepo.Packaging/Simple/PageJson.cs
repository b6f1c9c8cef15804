using System.Text.Json.Serialization;

namespace PyRepo.Packaging.Simple;

/// <summary>The JSON documents that are read, and how.</summary>
[JsonSourceGenerationOptions(Converters = [typeof(PageFileConverter), typeof(ListedProjectConverter)])]
[JsonSerializable(typeof(ProjectDocument))]
[JsonSerializable(typeof(ListDocument))]
sealed partial class PageJson : JsonSerializerContext;

sealed record ProjectDocument
{
    [JsonPropertyName("meta"), JsonConverter(typeof(PageMetaConverter))]
    public PageMeta Meta { get; init; }

    [JsonPropertyName("name"), JsonConverter(typeof(LenientStringConverter))]
    public string? Name { get; init; }

    [JsonPropertyName("project-status"), JsonConverter(typeof(PageStatusConverter))]
    public PageStatus Status { get; init; }

    [JsonPropertyName("versions")]
    public List<string?>? Versions { get; init; }

    [JsonPropertyName("files")]
    public List<PageFile?>? Files { get; init; }
}

sealed record ListDocument
{
    [JsonPropertyName("meta"), JsonConverter(typeof(PageMetaConverter))]
    public PageMeta Meta { get; init; }

    [JsonPropertyName("projects")]
    public List<ListedProject>? Projects { get; init; }
}

readonly record struct PageMeta(string? ApiVersion, long? LastSerial);

readonly record struct PageStatus(ProjectStatus Status, string? Reason);
