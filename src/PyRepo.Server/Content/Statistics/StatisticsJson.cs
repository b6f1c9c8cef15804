using System.Text.Json.Serialization;

namespace PyRepo.Server.Content.Statistics;

[JsonSerializable(typeof(StatisticsDocument))]
[JsonSerializable(typeof(StatisticsAnswer))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true)]
sealed partial class StatisticsJson : JsonSerializerContext;
