using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Apply;

/// <summary>
/// A desired object: the fields that the operator owns, and no others. A list of these may mix kinds.
/// </summary>
public abstract class DesiredObject
{
    /// <summary>
    /// Holds the hash of what was desired when the object was last applied. It shows that a field is no longer desired.
    /// </summary>
    public const string HashAnnotation = "pyrepo.dev/applied";

    /// <summary>Which object.</summary>
    public abstract ObjectIdentity Identity { get; }

    /// <summary>Whether the object stays as it is: it is neither applied nor deleted.</summary>
    public bool IsKept { get; private init; }

    /// <summary>Says what is desired.</summary>
    /// <param name="type">The kind.</param>
    /// <param name="value">With its name and, where the kind has them, its namespace.</param>
    /// <param name="isKept">Whether the object stays as it is.</param>
    public static DesiredObject Of<T>(ResourceType<T> type, T value, bool isKept = false) where T : KubernetesObject =>
        new DesiredObject<T>(type, value) { IsKept = isKept };
}
