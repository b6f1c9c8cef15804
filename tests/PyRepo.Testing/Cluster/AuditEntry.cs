using System.Text.Json.Serialization;

namespace PyRepo.Testing.Cluster;

/// <summary>One request (<c>audit.k8s.io/v1 Event</c>, level Metadata).</summary>
public sealed record AuditEntry
{
    /// <summary>ResponseStarted (of a watch) or ResponseComplete.</summary>
    public required string Stage { get; init; }

    /// <summary>get, list, watch, create, update, patch, delete, deletecollection.</summary>
    public required string Verb { get; init; }

    [JsonPropertyName("requestURI")]
    public required string RequestUri { get; init; }
    public required AuditUser User { get; init; }
    public string UserAgent { get; set; } = "";

    /// <summary>Null where the request is about no object.</summary>
    public AuditObject? ObjectRef { get; init; }

    public AuditStatus? ResponseStatus { get; init; }
    public DateTimeOffset RequestReceivedTimestamp { get; init; }

    /// <summary>Whether the request could change anything.</summary>
    [JsonIgnore]
    public bool IsWrite => Verb is not ("get" or "list" or "watch")
        && !RequestUri.Contains("dryRun=All", StringComparison.Ordinal);

    /// <summary><c>patch deployments/scale ns/name 200</c></summary>
    public override string ToString() => $"{Verb} {ObjectRef?.ToString() ?? RequestUri} {ResponseStatus?.Code}";
}
