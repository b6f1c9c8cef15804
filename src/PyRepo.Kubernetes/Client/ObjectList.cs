using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Client;

/// <summary>All objects of a list, of all its pages.</summary>
/// <param name="ResourceVersion">From where to watch on.</param>
/// <param name="Items">The objects.</param>
/// <param name="Unreadable">Objects that are there, but hold what their record can't (logged as warnings).</param>
public sealed record ObjectList<T>(string ResourceVersion, IReadOnlyList<T> Items, IReadOnlyList<ObjectKey> Unreadable)
    where T : KubernetesObject;
