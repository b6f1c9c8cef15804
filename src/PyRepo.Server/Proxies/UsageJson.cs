using System.Text.Json.Serialization;

namespace PyRepo.Server.Proxies;

[JsonSerializable(typeof(Dictionary<string, DateTimeOffset>))]
sealed partial class UsageJson : JsonSerializerContext;
