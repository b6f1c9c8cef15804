using System.Text.Json.Serialization;

namespace PyRepo.Server.Access;

[JsonSerializable(typeof(MemberToken))]
[JsonSerializable(typeof(MintedToken))]
[JsonSerializable(typeof(ApiToken))]
[JsonSerializable(typeof(TokenDocument))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
sealed partial class AccessJson : JsonSerializerContext;
