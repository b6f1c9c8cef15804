using System.Text.Json.Serialization;

namespace PyRepo.Server.Proxies.Mirroring;

[JsonSerializable(typeof(MirrorState))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
sealed partial class MirrorJson : JsonSerializerContext;
