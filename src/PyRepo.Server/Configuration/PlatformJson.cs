using System.Text.Json.Serialization;

namespace PyRepo.Server.Configuration;

[JsonSerializable(typeof(PlatformFile))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
sealed partial class PlatformJson : JsonSerializerContext;
