using System.Text.Json.Serialization;

namespace PyRepo.Server.Serving.Management;

[JsonSerializable(typeof(StatusDocument))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
sealed partial class StatusJson : JsonSerializerContext;
