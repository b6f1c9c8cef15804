using System.Text.Json.Serialization;

namespace PyRepo.Testing.Cluster;

/// <summary>Who asked.</summary>
public sealed record AuditUser(string Username, IReadOnlyDictionary<string, IReadOnlyList<string>>? Extra = null)
{
    /// <summary>With which token, as <c>JTI=…</c>; null: with none of a ServiceAccount.</summary>
    [JsonIgnore]
    public string? Credential =>
        Extra?.GetValueOrDefault("authentication.kubernetes.io/credential-id") is [var first, ..] ? first : null;
}
