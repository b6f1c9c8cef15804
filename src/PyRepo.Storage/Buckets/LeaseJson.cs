using System.Text.Json;
using System.Text.Json.Serialization;

namespace PyRepo.Storage.Buckets;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(LeaseDocument))]
sealed partial class LeaseJson : JsonSerializerContext;
