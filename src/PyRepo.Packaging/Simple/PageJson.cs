using System.Text.Json.Serialization;

namespace PyRepo.Packaging.Simple;

/// <summary>The serializer context of the JSON documents that are read.</summary>
[JsonSourceGenerationOptions(Converters = [typeof(PageFileConverter), typeof(ListedProjectConverter)])]
[JsonSerializable(typeof(ProjectDocument))]
[JsonSerializable(typeof(ListDocument))]
sealed partial class PageJson : JsonSerializerContext;
