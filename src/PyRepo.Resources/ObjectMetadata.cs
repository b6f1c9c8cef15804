using System.Diagnostics.CodeAnalysis;
using PyRepo.Resources.Fields;
using PyRepo.Resources.Values;

namespace PyRepo.Resources;

/// <summary>The fields of Kubernetes' <c>ObjectMeta</c> that are read here.</summary>
public sealed record ObjectMetadata
{
    /// <summary>Metadata of the three kinds, whose names become names of Services.</summary>
    public static readonly ObjectType<ObjectMetadata> Type = new(fields => new(fields, NameTypes.Resource));

    /// <summary>Metadata of a Secret or ConfigMap.</summary>
    public static readonly ObjectType<ObjectMetadata> DataType = new(fields => new(fields, NameTypes.Object));

    static readonly MapType<string> _entries =
        new(new StringType(262_144) { MayBeEmpty = true }, maxEntries: 1000, maxKeyLength: 317);

    public required string Name { get; init; }
    public string Namespace { get; init; } = "default";
    public string? Uid { get; init; }
    public long? Generation { get; init; }
    public DateTimeOffset? CreationTimestamp { get; init; }
    public DateTimeOffset? DeletionTimestamp { get; init; }
    public ValueDictionary<string> Labels { get; init; } = ValueDictionary<string>.Empty;
    public ValueDictionary<string> Annotations { get; init; } = ValueDictionary<string>.Empty;

    public ObjectMetadata()
    {
    }

    [SetsRequiredMembers]
    ObjectMetadata(FieldReader fields, StringType nameType)
    {
        Name = fields.Required("name", nameType, "The name. It must be unique across the three kinds in a namespace.");
        Namespace = fields.Default("namespace", NameTypes.Namespace, Namespace, "The namespace.");
        Uid = fields.Optional("uid", new StringType(128), "The object's unique identifier in the cluster.");
        Generation = fields.Optional("generation", new IntegerType<long>(0, long.MaxValue),
            "The number of the spec's current generation.");
        CreationTimestamp = fields.Optional("creationTimestamp", new TimestampType(), "When the object was created.");
        DeletionTimestamp = fields.Optional("deletionTimestamp", new TimestampType(),
            "When deletion of the object was requested.");
        Labels = fields.Default("labels", _entries, Labels, "Labels by which objects are selected.");
        Annotations = fields.Default("annotations", _entries, Annotations, "Annotations of people and tools.");
        fields.Ignore("generateName", "selfLink", "resourceVersion", "deletionGracePeriodSeconds", "ownerReferences",
            "finalizers", "managedFields");
    }
}
