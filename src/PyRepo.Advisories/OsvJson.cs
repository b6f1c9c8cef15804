using System.Text.Json.Serialization;

namespace PyRepo.Advisories;

[JsonSourceGenerationOptions(MaxDepth = 64)]
[JsonSerializable(typeof(OsvDocument))]
sealed partial class OsvJson : JsonSerializerContext;
