using System.Buffers;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Client;

/// <summary>
/// Paths of objects, from names that are checked first: a name such as <c>..</c> is another object's path.
/// </summary>
static class ApiPath
{
    const int MaxNameLength = 253;
    const int MaxNamespaceLength = 63;

    static readonly SearchValues<char> _namespaceCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    // RBAC's names hold colons and capitals.
    static readonly SearchValues<char> _nameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._:");

    /// <summary>The path of one object.</summary>
    /// <exception cref="ArgumentException">No object of this kind can be called so.</exception>
    public static string Create<T>(ResourceType<T> type, ObjectKey key)
        where T : KubernetesObject
    {
        CheckNamespace(type, key.Namespace);
        if (key.Name.Length is 0 or > MaxNameLength || key.Name is "." or ".."
            || key.Name.AsSpan().ContainsAnyExcept(_nameCharacters))
        {
            throw new ArgumentException($"'{key.Name}' can't be the name of a {type.Kind}.", nameof(key));
        }
        return type.Path(key);
    }

    /// <summary>The path that a new object is sent to.</summary>
    /// <inheritdoc cref="Create"/>
    public static string OfNew<T>(ResourceType<T> type, T created)
        where T : KubernetesObject
    {
        CheckNamespace(type, created.Key.Namespace);
        return type.CollectionPath(created.Key.Namespace);
    }

    /// <summary>The path of all objects of a namespace, or of all.</summary>
    /// <inheritdoc cref="Create"/>
    public static string OfAll<T>(ResourceType<T> type, string? ns)
        where T : KubernetesObject
    {
        if (!string.IsNullOrEmpty(ns))
            CheckNamespace(type, ns);
        return type.CollectionPath(ns);
    }

    static void CheckNamespace<T>(ResourceType<T> type, string ns)
        where T : KubernetesObject
    {
        if (type.Namespaced == (ns.Length == 0))
            throw new ArgumentException(
                $"A {type.Kind} stands in {(type.Namespaced ? "a" : "no")} namespace.", nameof(ns));
        if (ns.Length > MaxNamespaceLength || ns.AsSpan().ContainsAnyExcept(_namespaceCharacters))
            throw new ArgumentException($"'{ns}' can't be the name of a namespace.", nameof(ns));
    }
}
