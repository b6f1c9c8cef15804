using System.Text.Json.Serialization;

namespace PyRepo.Server.Upstream;

[JsonSerializable(typeof(CachedPageMetadata))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.KebabCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
sealed partial class CachedPageJson : JsonSerializerContext;
