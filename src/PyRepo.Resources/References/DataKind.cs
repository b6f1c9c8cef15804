namespace PyRepo.Resources.References;

/// <summary>The kinds of objects that hold data for a resource.</summary>
public enum DataKind
{
    ConfigMap,
    Secret,
}
