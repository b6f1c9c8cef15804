namespace PyRepo.Resources.Manifests;

/// <summary>A namespace and a name in it.</summary>
public readonly record struct ObjectName(string Namespace, string Name)
{
    public override string ToString() => $"{Namespace}/{Name}";
}
