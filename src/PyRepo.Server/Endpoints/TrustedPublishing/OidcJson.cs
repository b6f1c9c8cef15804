using System.Text.Json.Serialization;

namespace PyRepo.Server.Endpoints.TrustedPublishing;

[JsonSerializable(typeof(OidcAudience))]
[JsonSerializable(typeof(OidcMessage))]
[JsonSerializable(typeof(OidcRequest))]
[JsonSerializable(typeof(OidcMintedToken))]
[JsonSerializable(typeof(OidcRefusal))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
sealed partial class OidcJson : JsonSerializerContext;
