using System.Text.Json.Serialization;

namespace PyRepo.Server.Proxies.Pages;

[JsonSerializable(typeof(CachedPageMetadata))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.KebabCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
sealed partial class CachedPageJson : JsonSerializerContext;
