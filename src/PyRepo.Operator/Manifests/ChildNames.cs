using PyRepo.Resources.References;

namespace PyRepo.Operator.Manifests;

/// <summary>
/// The names of a resource's children. Resources' names are unique over the three kinds in a namespace and have at most
/// 52 characters, so that each of these is a valid name.
/// </summary>
public static class ChildNames
{
    /// <summary>
    /// The Deployment, the Service, the Ingress or HTTPRoute, the PodDisruptionBudget, the NetworkPolicy.
    /// </summary>
    public static string Server(string name) => name;

    /// <summary>Not the resource's own name: a resource may be called <c>default</c>.</summary>
    public static string ServiceAccount(string name) => $"{name}-server";

    /// <summary>The ConfigMap.</summary>
    public static string Configuration(string name) => $"{name}-config";

    /// <summary>The PersistentVolumeClaim.</summary>
    public static string Data(string name) => $"{name}-data";

    /// <summary>
    /// The Job that erases a bucket's data, and its NetworkPolicy. Another resource of the name gets another one.
    /// </summary>
    public static string Erasure(string name, string uid) => $"{name}-erase-{uid[..int.Min(uid.Length, 4)]}";

    /// <summary>The Secret with the generated password.</summary>
    public static string Credentials(string name) => GeneratedSecret.Credentials(name);

    /// <summary>Whether a child of a resource may be called so.</summary>
    public static bool IsOf(string resource, string name) =>
        name == Server(resource) || name == ServiceAccount(resource) || name == Configuration(resource)
        || name == Data(resource) || name == Credentials(resource)
        || name.StartsWith(Erasure(resource, ""), StringComparison.Ordinal);
}
