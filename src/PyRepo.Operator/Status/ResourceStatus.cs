using System.Text.Json;
using PyRepo.Kubernetes.Objects.Meta;

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

    public IReadOnlyList<MemberStatus>? Members { get; init; }

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
