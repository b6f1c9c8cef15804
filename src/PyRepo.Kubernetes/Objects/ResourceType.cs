using System.Text.Json.Serialization.Metadata;
using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Objects;

/// <summary>A kind as the API knows it: the path of its objects, and how they are read and written.</summary>
/// <param name="Group">Its group; empty for the core kinds.</param>
/// <param name="Version">The version of the group.</param>
/// <param name="Kind">The kind, in the singular.</param>
/// <param name="Plural">Its name in paths.</param>
/// <param name="Json">How its objects are read and written.</param>
/// <param name="Namespaced">Whether its objects stand in namespaces.</param>
public sealed record ResourceType<T>(
    string Group, string Version, string Kind, string Plural, JsonTypeInfo<T> Json, bool Namespaced = true)
    where T : KubernetesObject
{
    /// <summary>The group and version, as in an object's <c>apiVersion</c>.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>The same kind, with only the metadata of its objects.</summary>
    public ResourceType<PartialObjectMetadata> ToMetadataOnly() =>
        new(Group, Version, Kind, Plural, KubernetesJson.Default.PartialObjectMetadata, Namespaced);

    /// <summary>The path of all its objects, or of those of one namespace.</summary>
    /// <param name="ns">The namespace; null or empty: all, or the kind has none.</param>
    public string CollectionPath(string? ns)
    {
        var root = Group.Length == 0 ? $"/api/{Version}" : $"/apis/{Group}/{Version}";
        return string.IsNullOrEmpty(ns) ? $"{root}/{Plural}" : $"{root}/namespaces/{Uri.EscapeDataString(ns)}/{Plural}";
    }

    /// <summary>The path of one object.</summary>
    public string Path(ObjectKey key) => $"{CollectionPath(key.Namespace)}/{Uri.EscapeDataString(key.Name)}";

    /// <inheritdoc/>
    public override string ToString() => Kind;
}
