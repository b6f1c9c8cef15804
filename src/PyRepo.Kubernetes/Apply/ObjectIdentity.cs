using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Apply;

/// <summary>Which object.</summary>
public readonly record struct ObjectIdentity(string Kind, ObjectKey Key)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Kind} {Key}";
}
