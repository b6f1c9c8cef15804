using System.Collections.Immutable;
using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Operator.Manifests;

/// <summary>The metadata of children. It contains none of the resource's own labels and annotations.</summary>
public static class ChildMetadata
{
    /// <summary>The label with the resource's kind.</summary>
    public const string KindLabel = "pyrepo.dev/kind";

    /// <summary>The label with the resource's name.</summary>
    public const string NameLabel = "pyrepo.dev/name";

    /// <summary>The label of objects that belong to no resource, with <see cref="Manager"/> as value.</summary>
    public const string ManagedByLabel = "app.kubernetes.io/managed-by";

    /// <summary>The operator, in <see cref="ManagedByLabel"/>.</summary>
    public const string Manager = "pyrepo-operator";

    /// <summary>The labels of all children, by which selectors find them.</summary>
    public static ImmutableSortedDictionary<string, string> Labels(string kind, string name) => Texts(
        (KindLabel, kind), (NameLabel, name));

    /// <summary>The labels of a resource's children.</summary>
    public static ImmutableSortedDictionary<string, string> Labels(DeclaredResource owner)
    {
        ArgumentNullException.ThrowIfNull(owner);
        return Labels(owner.Kind, owner.Name);
    }

    /// <summary>A map in ordinal order, so that equal maps are written the same.</summary>
    public static ImmutableSortedDictionary<string, string> Texts(params (string Key, string Value)[] entries) =>
        entries.ToImmutableSortedDictionary(e => e.Key, e => e.Value, StringComparer.Ordinal);

    /// <summary>The metadata of a child that is deleted with its resource.</summary>
    public static ObjectMeta Owned(DeclaredResource owner, string name) =>
        Retained(owner, name) with { OwnerReferences = [Ownership.ReferenceTo(owner)] };

    /// <summary>The metadata of a child that stays when its resource is deleted.</summary>
    public static ObjectMeta Retained(DeclaredResource owner, string name)
    {
        ArgumentNullException.ThrowIfNull(owner);
        return new ObjectMeta { Name = name, Namespace = owner.Namespace, Labels = Labels(owner) };
    }

    /// <summary>
    /// The metadata of a child that holds data: an annotation names its owner, by which it is found again.
    /// </summary>
    /// <param name="isRetained">Whether it stays when its resource is deleted.</param>
    public static ObjectMeta Data(DeclaredResource owner, string name, bool isRetained) =>
        (isRetained ? Retained(owner, name) : Owned(owner, name)) with
        {
            Annotations = Texts((Annotations.DataOf, ResourceKey.From(owner).ToString())),
        };
}
