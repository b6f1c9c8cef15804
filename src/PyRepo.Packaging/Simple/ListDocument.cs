using System.Text.Json.Serialization;

namespace PyRepo.Packaging.Simple;

sealed record ListDocument
{
    [JsonPropertyName("meta"), JsonConverter(typeof(PageMetaConverter))]
    public PageMeta Meta { get; init; }

    [JsonPropertyName("projects")]
    public ListedProjects? Projects { get; init; }
}
