using System.Text.Json;
using System.Text.Json.Serialization;

namespace PyRepo.Storage.Buckets.Gcs;

/// <summary>The JSON of credentials and tokens, whose names are in snake case.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(GcsCredentialFile))]
[JsonSerializable(typeof(GcsTokenResponse))]
[JsonSerializable(typeof(GcsTokenError))]
[JsonSerializable(typeof(GcsJwtClaims))]
[JsonSerializable(typeof(GcsJwtHeader))]
[JsonSerializable(typeof(GcsImpersonation))]
[JsonSerializable(typeof(Dictionary<string, JsonElement>))]
sealed partial class GcsCredentialJson : JsonSerializerContext;
