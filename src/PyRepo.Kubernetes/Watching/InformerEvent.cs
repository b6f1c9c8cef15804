using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Watching;

/// <summary>An object that came, changed or went; a change holds two different resourceVersions.</summary>
/// <param name="Before">As it was last known; null: it is new.</param>
/// <param name="After">As it is; null: it is gone.</param>
public sealed record InformerEvent<T>(T? Before, T? After)
    where T : KubernetesObject
{
    /// <summary>Where it is, or was.</summary>
    public ObjectKey Key => (After ?? Before)!.Key;
}
