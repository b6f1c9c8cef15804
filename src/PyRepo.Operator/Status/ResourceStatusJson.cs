using System.Text.Json.Serialization;

namespace PyRepo.Operator.Status;

[JsonSerializable(typeof(ResourceStatus))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
sealed partial class ResourceStatusJson : JsonSerializerContext;
