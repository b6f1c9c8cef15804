using System.Text.Json.Serialization;

namespace PyRepo.Server.Upstream;

[JsonSerializable(typeof(Dictionary<string, DateTimeOffset>))]
sealed partial class UsageJson : JsonSerializerContext;
