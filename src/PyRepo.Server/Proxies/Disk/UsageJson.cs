using System.Text.Json.Serialization;

namespace PyRepo.Server.Proxies.Disk;

[JsonSerializable(typeof(Dictionary<string, DateTimeOffset>))]
sealed partial class UsageJson : JsonSerializerContext;
