namespace PyRepo.Kubernetes.Objects.Meta;

/// <summary>The name of an object of a known kind; the namespace is empty where the kind has none.</summary>
public readonly record struct ObjectKey(string Namespace, string Name)
{
    /// <inheritdoc/>
    public override string ToString() => Namespace.Length == 0 ? Name : $"{Namespace}/{Name}";
}
