using System.Text.Json.Serialization;

namespace PyRepo.Server.Repositories;

[JsonSerializable(typeof(Explanation))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
sealed partial class ExplanationJson : JsonSerializerContext;
