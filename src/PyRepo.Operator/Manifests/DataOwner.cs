using PyRepo.Kubernetes.Objects;

namespace PyRepo.Operator.Manifests;

/// <summary>Whose data are: a kind, a namespace and a name, not a uid, so that a new resource finds them again.</summary>
public readonly record struct DataOwner(string Kind, string Namespace, string Name)
{
    /// <summary>The owner of a resource's data.</summary>
    public static DataOwner Of(DeclaredResource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return new DataOwner(resource.Kind, resource.Namespace, resource.Name);
    }

    /// <summary>What an object that holds data says; null: it is not the operator's.</summary>
    public static DataOwner? Read(ObjectMeta data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return data.Annotations?.GetValueOrDefault(Annotations.DataOf)?.Split('/') is [var kind, var ns, var name]
            ? new DataOwner(kind, ns, name)
            : null;
    }

    /// <summary>Whether a resource may use these data: they are its own, or it says that it takes them over.</summary>
    public bool CanBeUsedBy(DeclaredResource resource) =>
        this == Of(resource) || (Kind == resource.Kind && resource.Annotation(Annotations.TakeOver) == $"{Namespace}/{Name}");

    /// <inheritdoc/>
    public override string ToString() => $"{Kind}/{Namespace}/{Name}";
}
