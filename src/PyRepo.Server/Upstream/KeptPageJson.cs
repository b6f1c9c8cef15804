using System.Text.Json.Serialization;

namespace PyRepo.Server.Upstream;

[JsonSerializable(typeof(KeptPageFacts))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.KebabCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
sealed partial class KeptPageJson : JsonSerializerContext;
