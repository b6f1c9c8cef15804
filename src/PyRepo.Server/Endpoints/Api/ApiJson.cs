using System.Text.Json;
using System.Text.Json.Serialization;

namespace PyRepo.Server.Endpoints.Api;

[JsonSerializable(typeof(TokenRequest))]
[JsonSerializable(typeof(TokenView))]
[JsonSerializable(typeof(PromotionRequest))]
[JsonSerializable(typeof(PromotionView))]
[JsonSerializable(typeof(ReasonRequest))]
[JsonSerializable(typeof(ChangedProjectsView))]
[JsonSerializable(typeof(RestorationRequest))]
[JsonSerializable(typeof(RestorationView))]
[JsonSerializable(typeof(RetentionView))]
[JsonSerializable(typeof(ReplayView))]
[JsonSerializable(typeof(StatusRequest))]
[JsonSerializable(typeof(TokenView[]))]
[JsonSerializable(typeof(JsonElement))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, AllowDuplicateProperties = false)]
sealed partial class ApiJson : JsonSerializerContext;
