using System.Text.Json.Serialization;

namespace PyRepo.Server.Serving.Configuration;

[JsonSerializable(typeof(PlatformFile))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
sealed partial class PlatformJson : JsonSerializerContext;
