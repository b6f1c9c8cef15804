using System.Text.Json;
using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Objects.Digests;
using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Apply;

/// <summary>One owner's turn, and what it did so far.</summary>
sealed class ApplyPass(ObjectOwner owner, IEnumerable<DesiredObject> desired)
{
    readonly HashSet<ObjectIdentity> _desired = [.. desired.Select(d => d.Identity)];

    public string Owner => owner.Name;

    public List<ObjectChange> Changes { get; } = [];

    public List<ObjectIdentity> Conflicts { get; } = [];

    public List<ObjectIdentity> Terminating { get; } = [];

    /// <summary>The rejections by the API server.</summary>
    public List<KubernetesException> Rejections { get; } = [];

    /// <summary>Whether the owner may delete what seems to be its own: labels may have been copied.</summary>
    public bool MayDelete(ObjectMeta metadata) =>
        owner.Uid is null || metadata.Controller?.Uid == owner.Uid;

    public bool IsDesired(ObjectIdentity identity) => _desired.Contains(identity);
}

/// <summary>The owner of objects that are applied.</summary>
/// <param name="Name">Any unique text, the namespace included, as the applier's function returns it.</param>
/// <param name="Uid">
/// Its uid: only objects whose controller it is are ever deleted. Null: the function's result is enough.
/// </param>
public readonly record struct ObjectOwner(string Name, string? Uid = null);

/// <summary>
/// A desired object: the fields that the operator owns, and no others. A list of these may mix kinds.
/// </summary>
public abstract class DesiredObject
{
    /// <summary>
    /// Holds the hash of what was desired when the object was last applied. It shows that a field is no longer desired.
    /// </summary>
    public const string HashAnnotation = "pyrepo.dev/applied";

    /// <summary>Which object.</summary>
    public abstract ObjectIdentity Identity { get; }

    /// <summary>Whether the object stays as it is: it is neither applied nor deleted.</summary>
    public bool IsKept { get; private init; }

    /// <summary>Says what is desired.</summary>
    /// <param name="type">The kind.</param>
    /// <param name="value">With its name and, where the kind has them, its namespace.</param>
    /// <param name="isKept">Whether the object stays as it is.</param>
    public static DesiredObject From<T>(ResourceType<T> type, T value, bool isKept = false)
        where T : KubernetesObject =>
        new DesiredObject<T>(type, value) { IsKept = isKept };
}

/// <summary>Which object.</summary>
public readonly record struct ObjectIdentity(string Kind, ObjectKey Key)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Kind} {Key}";
}

sealed class DesiredObject<T> : DesiredObject where T : KubernetesObject
{
    /// <summary>
    /// A version that no object has: an apply with it makes an object, and is a conflict where there is one.
    /// </summary>
    const string NoVersion = "1";

    static readonly Dictionary<string, string> _none = [];

    readonly T _value;

    public DesiredObject(ResourceType<T> type, T value)
    {
        _value = value with { ApiVersion = type.ApiVersion, Kind = type.Kind };
        Identity = new ObjectIdentity(type.Kind, value.Key);
        // Lists leave kind and version out of their items: they are not compared.
        Json = JsonSerializer.SerializeToElement(value with { ApiVersion = null, Kind = null }, type.Json);
        Hash = CanonicalJson.Hash(Json);
    }

    public override ObjectIdentity Identity { get; }

    public JsonElement Json { get; }

    public string Hash { get; }

    /// <summary>Whether an object lets nobody change it: it is immutable, or has a controller that is gone.</summary>
    public bool IsPermanentlyRejectedBy(T live) => live is ConfigMap { Immutable: true }
        || (live.Metadata.Controller is { } controller && !IsDesired(controller));

    bool IsDesired(OwnerReference owner) =>
        _value.Metadata.OwnerReferences?.Any(wanted => wanted.Uid == owner.Uid) is true;

    /// <summary>Returns the object to send.</summary>
    /// <param name="uid">
    /// The object that is to be changed, and no later one of its name; null: none is there, and one that somebody else
    /// makes meanwhile stays as it is.
    /// </param>
    public T ToApply(string? uid)
    {
        var annotations = new Dictionary<string, string>(_value.Metadata.Annotations ?? _none)
        {
            [HashAnnotation] = Hash,
        };
        var metadata = _value.Metadata with { Annotations = annotations, Uid = uid };
        return _value with { Metadata = uid is null ? metadata with { ResourceVersion = NoVersion } : metadata };
    }
}
