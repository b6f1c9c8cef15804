using System.Text.Json.Serialization;

namespace EndToEnd.Clients;

[JsonSerializable(typeof(List<CorpusFile>))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
sealed partial class CorpusJson : JsonSerializerContext;
