namespace PyRepo.Resources.Manifests;

/// <summary>The namespace and name of an object.</summary>
public readonly record struct ObjectName(string Namespace, string Name)
{
    public override string ToString() => $"{Namespace}/{Name}";
}
