namespace PyRepo.Resources.References;

/// <summary>The kinds of objects with data for a resource.</summary>
public enum DataKind
{
    ConfigMap,
    Secret,
}
