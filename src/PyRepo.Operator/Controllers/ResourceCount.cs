using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Kubernetes.Watching;
using PyRepo.Operator.Limits;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Settings;

namespace PyRepo.Operator.Controllers;

/// <summary>
/// Which resources of a namespace are reconciled: the oldest ones of all three kinds, as many as the administrator
/// allows.
/// </summary>
sealed class ResourceCount(IReadOnlyDictionary<string, Informer<CustomObject>> resources, OperatorSettings settings)
{
    /// <summary>Whether a resource is one too many.</summary>
    public bool IsExceededBy(CustomObject resource) =>
        InNamespace(resource.Metadata.Namespace).Count(other => IsOlder(other, resource))
            >= settings.MaxResourcesPerNamespace;

    /// <summary>Whether one more spec may be kept of a resource's namespace.</summary>
    public bool HasRoomForSpec(CustomObject resource) =>
        InNamespace(resource.Metadata.Namespace)
            .Count(other => !other.IsMetadataOnly && other.Metadata.Uid != resource.Metadata.Uid)
                < settings.MaxResourcesPerNamespace;

    /// <summary>
    /// The resources of a namespace that are reconciled, and of which only the metadata are kept: what they say is not
    /// known. After a start these may be the oldest ones, which a list has last.
    /// </summary>
    public IReadOnlyList<CustomObject> WithoutSpec(string ns)
    {
        var oldest = InNamespace(ns).Where(r => r.IsMetadataOnly)
            .Aggregate((CustomObject?)null, (first, r) => first is null || IsOlder(r, first) ? r : first);
        return oldest is null || IsExceededBy(oldest) ? []
            : [.. Reconciled(ns).Where(r => r.IsMetadataOnly)];
    }

    /// <summary>
    /// Whether all that the reconciled resources of a namespace say is known. Else none of them can be said not to name
    /// something.
    /// </summary>
    public bool KnowsSpecs(string ns) => WithoutSpec(ns).Count == 0
        && resources.Values.All(kind => kind.InNamespace(ns).Count() < OperatorLimits.MaxObjects);

    /// <summary>The resource that takes the place of one that went; null: there is none.</summary>
    public ResourceKey? Next(string ns)
    {
        var all = Sorted(ns);
        if (all.Count < settings.MaxResourcesPerNamespace)
            return null;
        var last = all[settings.MaxResourcesPerNamespace - 1];
        return new ResourceKey(last.Kind ?? "", ns, last.Metadata.Name ?? "");
    }

    /// <summary>The resources of a namespace that are reconciled.</summary>
    public IEnumerable<CustomObject> Reconciled(string ns) => Sorted(ns).Take(settings.MaxResourcesPerNamespace);

    List<CustomObject> Sorted(string ns)
    {
        var all = InNamespace(ns).ToList();
        all.Sort((one, other) => IsOlder(one, other) ? -1 : IsOlder(other, one) ? 1 : 0);
        return all;
    }

    IEnumerable<CustomObject> InNamespace(string? ns) => resources.Values.SelectMany(r => r.InNamespace(ns ?? ""));

    static bool IsOlder(CustomObject one, CustomObject other) =>
        (one.Metadata.CreationTimestamp ?? DateTimeOffset.MaxValue)
            .CompareTo(other.Metadata.CreationTimestamp ?? DateTimeOffset.MaxValue) switch
        {
            0 => string.CompareOrdinal(one.Metadata.Name, other.Metadata.Name) switch
            {
                0 => string.CompareOrdinal(one.Kind, other.Kind) < 0,
                var byName => byName < 0,
            },
            var byAge => byAge < 0,
        };
}
