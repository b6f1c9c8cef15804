namespace PyRepo.Operator.Manifests;

/// <summary>
/// Kind, namespace and name of a resource. It has no uid: a resource that is created again with the same name has the
/// same key, and finds its data again.
/// </summary>
public readonly record struct ResourceKey(string Kind, string Namespace, string Name)
{
    /// <summary>The key of a resource.</summary>
    public static ResourceKey From(DeclaredResource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return new ResourceKey(resource.Kind, resource.Namespace, resource.Name);
    }

    /// <summary>Parses <c>KIND/NAMESPACE/NAME</c>, or returns null if the text is none.</summary>
    public static ResourceKey? Parse(string? text) =>
        text?.Split('/') is [var kind, var ns, var name] ? new ResourceKey(kind, ns, name) : null;

    /// <summary><c>KIND/NAMESPACE/NAME</c></summary>
    public override string ToString() => $"{Kind}/{Namespace}/{Name}";
}
