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
