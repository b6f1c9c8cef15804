using System.Text.Json;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Objects.Digests;
using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Apply;

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

    /// <summary>What to send.</summary>
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
