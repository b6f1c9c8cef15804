using System.Text.Json.Serialization;

namespace PyRepo.Testing.Cluster;

/// <summary>How entries are read.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(AuditEntry))]
sealed partial class AuditJson : JsonSerializerContext;
