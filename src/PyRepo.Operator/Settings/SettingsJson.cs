using System.Text.Json;
using System.Text.Json.Serialization;

namespace PyRepo.Operator.Settings;

[JsonSerializable(typeof(OperatorSettings))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, ReadCommentHandling = JsonCommentHandling.Skip,
    IgnoreReadOnlyProperties = true)]
sealed partial class SettingsJson : JsonSerializerContext;
