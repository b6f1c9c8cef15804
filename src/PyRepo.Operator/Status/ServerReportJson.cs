using System.Text.Json.Serialization;

namespace PyRepo.Operator.Status;

[JsonSerializable(typeof(ServerReport))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, IgnoreReadOnlyProperties = true)]
sealed partial class ServerReportJson : JsonSerializerContext;
