using System.Text.Json.Serialization;

namespace PyRepo.Server.Proxies.Advisories;

[JsonSourceGenerationOptions(MaxDepth = 64)]
[JsonSerializable(typeof(OsvDocument))]
[JsonSerializable(typeof(AdvisoryCopyMetadata))]
sealed partial class OsvJson : JsonSerializerContext;
