using System.Text.Json;
using System.Text.Json.Serialization;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Resources.Serving;
using PyRepo.Resources.Values;

namespace PyRepo.Operator.Status;

/// <summary>The status of a resource, as users see it. The same inputs give the same bytes.</summary>
public sealed record ResourceStatus
{
    /// <summary>Where clients find the index.</summary>
    public string? Url { get; init; }

    /// <summary>The generation that this is about; null: the operator has not seen the resource.</summary>
    public long? ObservedGeneration { get; init => field = value < 0 ? null : value; }

    /// <remarks>Generated JSON readers set a missing property to null, whatever its initializer is.</remarks>
    public IReadOnlyList<Condition> Conditions { get; init => field = value ?? []; } = [];

    public int? Projects { get; init; }

    public long? Files { get; init; }

    /// <summary>The sum of the files' sizes: a quantity.</summary>
    public string? Size { get; init; }

    /// <summary>How many pods there are; with <see cref="Selector"/> the scale subresource.</summary>
    public int? Replicas { get; init; }

    public string? Selector { get; init; }

    /// <summary>The kind of storage: PersistentVolumeClaim, Bucket or Ephemeral; null for a group.</summary>
    public string? Storage { get; init; }

    /// <summary>The version of the server that answered last.</summary>
    public string? ServerVersion { get; init; }

    public UpstreamStatus? Upstream { get; init; }

    public MirrorStatus? Mirror { get; init; }

    public CacheStatus? Cache { get; init; }

    public BackupStatus? Backup { get; init; }

    public RestoredStatus? Restored { get; init; }

    public IReadOnlyList<MemberStatus>? Members { get; init; }

    /// <summary>Recommended for the pods; null: nothing.</summary>
    public RecommendationStatus? Recommendation { get; init; }

    /// <summary>The condition of a type; null: there is none.</summary>
    public Condition? Find(string type) => Conditions.FirstOrDefault(c => c.Type == type);

    /// <summary>Reads the status of an object; an empty one where there is none, or none that can be read.</summary>
    public static ResourceStatus Read(JsonElement status)
    {
        if (status.ValueKind is not JsonValueKind.Object)
            return new ResourceStatus();
        try
        {
            return status.Deserialize(ResourceStatusJson.Default.ResourceStatus) ?? new ResourceStatus();
        }
        catch (JsonException)
        {
            return new ResourceStatus();
        }
    }

    /// <summary>Whether another status is the same, so that there is nothing to write.</summary>
    public bool IsEquivalentTo(ResourceStatus other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return JsonElement.DeepEquals(ToJson(), other.ToJson());
    }

    /// <summary>As an object carries it.</summary>
    public JsonElement ToJson() => JsonSerializer.SerializeToElement(this, ResourceStatusJson.Default.ResourceStatus);
}

[JsonSerializable(typeof(ResourceStatus))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
sealed partial class ResourceStatusJson : JsonSerializerContext;

/// <summary>How a proxy's cache does.</summary>
public sealed record CacheStatus
{
    /// <summary>The share of requests for files that the cache answered, of two digits: <c>0.93</c>.</summary>
    public required string HitRatio { get; init; }
}

/// <summary>Recommended for the server's pods.</summary>
public sealed record RecommendationStatus
{
    /// <summary>The memory limit: a quantity.</summary>
    public string? Memory { get; init; }

    /// <summary>Why.</summary>
    public string? Message { get; init; }

    /// <summary>The limit of the pods that had too little: a quantity.</summary>
    public string? Had { get; init; }

    /// <summary>The limit with which no node or quota took the pods: a quantity; null: none is known.</summary>
    public string? Refused { get; init; }

    /// <summary>The memory limit; null: none that can be read.</summary>
    [JsonIgnore]
    public Quantity? Amount => Read(Memory);

    /// <summary>
    /// The limit that a resource's pods get of it: what had too little ran at least, where more fits nowhere. Null: none.
    /// </summary>
    public Quantity? GetGiven(AutoMemorySpec? auto)
    {
        if (auto is null || Amount is not { } amount)
            return null;
        var most = amount < auto.Max ? amount : auto.Max;
        return Read(Refused) <= most ? Read(Had) : most;
    }

    static Quantity? Read(string? text) =>
        text is not null && Quantity.TryParse(text, out var amount) ? amount : null;
}

/// <summary>The state of a proxy's upstream.</summary>
public sealed record UpstreamStatus
{
    public required bool Reachable { get; init; }

    /// <summary>When it last answered. While it is reachable, this may be four hours behind.</summary>
    [JsonConverter(typeof(SecondsTimeConverter))]
    public DateTimeOffset? LastSuccess { get; init; }
}

/// <summary>The backups of a repository.</summary>
public sealed record BackupStatus
{
    /// <summary>The newest one.</summary>
    public string? Name { get; init; }

    /// <summary>The request that it met: a value of the annotation that asks for backups.</summary>
    public string? Request { get; init; }

    /// <summary>When it began; everything from before is in it.</summary>
    [JsonConverter(typeof(SecondsTimeConverter))]
    public DateTimeOffset? Last { get; init; }

    /// <summary>When the next one is due.</summary>
    [JsonConverter(typeof(SecondsTimeConverter))]
    public DateTimeOffset? Next { get; init; }

    /// <summary>How many there are.</summary>
    public required int Count { get; init; }

    /// <summary>The sum of the sizes of the newest one's files: a quantity.</summary>
    public string? Size { get; init; }

    /// <summary>When one was last read back as a whole.</summary>
    [JsonConverter(typeof(SecondsTimeConverter))]
    public DateTimeOffset? Verified { get; init; }
}

/// <summary>The backup from which the repository's store was filled.</summary>
public sealed record RestoredStatus
{
    /// <summary>Its name.</summary>
    public required string Backup { get; init; }

    /// <summary>When all of it was there.</summary>
    [JsonConverter(typeof(SecondsTimeConverter))]
    public DateTimeOffset? At { get; init; }

    /// <summary>Whether it was restored to this claim, and not to an earlier one of the name.</summary>
    internal bool IsOf(PersistentVolumeClaim? pvc) => At > pvc?.Metadata.CreationTimestamp;
}

/// <summary>The state of a group's member.</summary>
public sealed record MemberStatus
{
    public required string Name { get; init; }

    public required bool Ready { get; init; }

    /// <summary>Why it is not ready.</summary>
    public string? Message { get; init; }
}

/// <summary>How far a mirror is.</summary>
public sealed record MirrorStatus
{
    public required int ProjectsDone { get; init; }

    public required int ProjectsTotal { get; init; }

    [JsonConverter(typeof(SecondsTimeConverter))]
    public DateTimeOffset? LastSync { get; init; }
}
