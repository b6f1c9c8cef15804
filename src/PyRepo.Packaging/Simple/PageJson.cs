using System.Text.Json.Serialization;

namespace PyRepo.Packaging.Simple;

/// <summary>The JSON documents that are read, and how.</summary>
[JsonSourceGenerationOptions(Converters = [typeof(PageFileConverter), typeof(ListedProjectConverter)])]
[JsonSerializable(typeof(ProjectDocument))]
[JsonSerializable(typeof(ListDocument))]
sealed partial class PageJson : JsonSerializerContext;
