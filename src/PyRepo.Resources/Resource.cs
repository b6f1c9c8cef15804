using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using PyRepo.Resources.Fields;
using PyRepo.Resources.Grouped;
using PyRepo.Resources.Hosted;
using PyRepo.Resources.Problems;
using PyRepo.Resources.Proxied;
using PyRepo.Resources.Rules;
using PyRepo.Resources.Values;

namespace PyRepo.Resources;

/// <summary>
/// A resource of one of the three kinds. Specs are equal if their values are equal; resources also need equal
/// positions.
/// </summary>
public abstract partial record Resource
{
    public const string Group = "pyrepo.dev";

    /// <summary>The version of the samples, in which an API server stores resources.</summary>
    public const string PreferredVersion = "v1beta1";

    /// <summary>
    /// The version that every definition and every server knows, of whichever release: what the operator asks for and
    /// writes is in it, so that a cluster whose definitions are older, or a pod whose image is, understands it.
    /// </summary>
    public const string CommonVersion = "v1alpha1";

    /// <inheritdoc cref="CommonVersion"/>
    public const string CommonApiVersion = $"{Group}/{CommonVersion}";

    /// <summary>The versions of the API, the oldest first. They differ in nothing but their names.</summary>
    public static readonly ImmutableArray<string> Versions = [CommonVersion, PreferredVersion];

    /// <summary>The values that the <c>apiVersion</c> of a resource may have.</summary>
    public static readonly ImmutableArray<string> ApiVersions = [.. Versions.Select(version => $"{Group}/{version}")];

    public abstract string Kind { get; }

    public required ObjectMetadata Metadata { get; init; }

    /// <summary>The start of the document.</summary>
    public SourcePosition Position { get; init; }

    /// <summary>The fields in the document by path, each with the position of its value.</summary>
    public FrozenDictionary<string, SourcePosition> FieldPositions { get; init; } =
        FrozenDictionary<string, SourcePosition>.Empty;

    /// <summary>
    /// Like <see cref="FieldPositions"/>, but without list indexes: <c>spec.access.grants[].role</c> has the position
    /// of its first occurrence. Keys of maps such as <c>spec.ingress.annotations</c> are not fields.
    /// </summary>
    public FrozenDictionary<string, SourcePosition> WrittenFields => FieldPositions
        .GroupBy(written => ListIndex().Replace(written.Key, "[]"), written => written.Value, StringComparer.Ordinal)
        .ToFrozenDictionary(
            shape => shape.Key, shape => shape.MinBy(at => (at.Line, at.Column)), StringComparer.Ordinal);

    /// <summary>Returns the position of a field's value, or of the nearest enclosing field that is written.</summary>
    public SourcePosition GetPosition(string fieldPath)
    {
        for (var path = fieldPath; path.Length > 0; path = path[..Math.Max(0, path.AsSpan().LastIndexOfAny('.', '['))])
            if (FieldPositions.TryGetValue(path, out var position))
                return position;
        return Position;
    }

    protected Resource()
    {
    }

    [SetsRequiredMembers]
    protected Resource(FieldReader fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        fields.Ignore("apiVersion", "kind", "status");
        Metadata = fields.Required("metadata", ObjectMetadata.Type, "The name, namespace, labels and annotations.");
    }

    [GeneratedRegex(@"\[[0-9]+\]", RegexOptions.CultureInvariant)]
    private static partial Regex ListIndex();
}

/// <summary>A repository of uploaded packages.</summary>
public sealed record PythonRepository : Resource
{
    public const string KindName = "PythonRepository";

    public static readonly ObjectType<PythonRepository> Type = new(fields => new(fields));

    public override string Kind => KindName;

    public PythonRepositorySpec Spec { get; init; } = new();

    public PythonRepository()
    {
    }

    [SetsRequiredMembers]
    PythonRepository(FieldReader fields) : base(fields) =>
        Spec = fields.Default("spec", PythonRepositorySpec.Type, Spec, "The desired state of the repository.");
}

/// <summary>A repository that serves and caches the packages of another index.</summary>
public sealed record ProxyRepository : Resource
{
    public const string KindName = "ProxyRepository";

    public static readonly ObjectType<ProxyRepository> Type = new(fields => new(fields));

    public override string Kind => KindName;

    public ProxyRepositorySpec Spec { get; init; } = new();

    public ProxyRepository()
    {
    }

    [SetsRequiredMembers]
    ProxyRepository(FieldReader fields) : base(fields) =>
        Spec = fields.Default("spec", ProxyRepositorySpec.Type, Spec, "The desired state of the proxy.");
}

/// <summary>Several repositories under one URL.</summary>
public sealed record RepositoryGroup : Resource
{
    public const string KindName = "RepositoryGroup";

    static readonly Rule<RepositoryGroup> _notItself = new()
    {
        FieldPath = "spec.members",
        DependsOn = ["metadata.name"],
        Cel = "self.spec.members.all(m, m.name != self.metadata.name)",
        Predicate = group => group.Spec.Members.All(member => member.Name != group.Metadata.Name),
        Value = group => group.Metadata.Name,
        CelValue = "self.metadata.name",
        Message = "is the group itself: a group cannot be its own member",
    };

    public static readonly ObjectType<RepositoryGroup> Type = new(fields => new(fields))
    {
        Rules = [_notItself],
    };

    public override string Kind => KindName;

    public required RepositoryGroupSpec Spec { get; init; }

    public RepositoryGroup()
    {
    }

    [SetsRequiredMembers]
    RepositoryGroup(FieldReader fields) : base(fields) =>
        Spec = fields.Required("spec", RepositoryGroupSpec.Type, "The desired state of the group.");
}

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
