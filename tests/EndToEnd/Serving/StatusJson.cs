using System.Text.Json.Serialization;

namespace EndToEnd.Serving;

[JsonSerializable(typeof(ServerStatus))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
sealed partial class StatusJson : JsonSerializerContext;
