namespace PyRepo.Resources.References;

/// <summary>The kind of object that a reference to public text names.</summary>
public enum ConfigMapKind
{
    ConfigMap,
}
