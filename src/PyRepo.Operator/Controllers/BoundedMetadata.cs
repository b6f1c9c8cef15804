using System.Security.Cryptography;
using System.Text;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Operator.Limits;
using PyRepo.Operator.Manifests;

namespace PyRepo.Operator.Controllers;

/// <summary>The metadata that is kept of objects that anybody may write: a bounded amount.</summary>
static class BoundedMetadata
{
    /// <summary>
    /// The annotation that stands for all labels and annotations of a resource that mean nothing to the operator: one
    /// that changes is a reason to look at it.
    /// </summary>
    const string Others = "pyrepo.dev/others";

    static readonly string[] _labels =
        [ChildMetadata.KindLabel, ChildMetadata.NameLabel, ChildMetadata.ManagedByLabel];

    /// <summary>Name and version.</summary>
    public static ObjectMeta NameAndVersion(ObjectMeta metadata) => new()
    {
        Name = metadata.Name,
        Namespace = metadata.Namespace,
        Uid = metadata.Uid,
        ResourceVersion = metadata.ResourceVersion,
    };

    /// <summary>Name, version and age.</summary>
    public static ObjectMeta NameAndAge(ObjectMeta metadata) =>
        NameAndVersion(metadata) with { CreationTimestamp = metadata.CreationTimestamp };

    /// <summary>Of a child: what says whose it is, and what the operator noted on it.</summary>
    public static ObjectMeta OfChild(ObjectMeta metadata) => NameAndAge(metadata) with
    {
        Generation = metadata.Generation,
        DeletionTimestamp = metadata.DeletionTimestamp,
        Labels = Some(metadata.Labels, _labels.Contains),
        Annotations = Some(metadata.Annotations, IsOurs),
        OwnerReferences = GetOwners(metadata),
    };

    /// <summary>Of a resource: what the operator reads, and a digest of all other labels and annotations.</summary>
    public static ObjectMeta OfResource(ObjectMeta metadata) => NameAndAge(metadata) with
    {
        Generation = metadata.Generation,
        DeletionTimestamp = metadata.DeletionTimestamp,
        Annotations = WithOthers(metadata),
        Finalizers = metadata.Finalizers?.Where(f => f == Erasure.Finalizer)
            .Concat(metadata.Finalizers.Where(f => f != Erasure.Finalizer)).Take(OperatorLimits.MaxEntries)
            .Select(Text).ToArray(),
    };

    /// <summary>A text, or its hash where it is too long.</summary>
    public static string Text(string text) => text.Length <= OperatorLimits.MaxTextLength
        ? text
        : $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";

    /// <summary>The first entries of a map that are wanted, each of them short.</summary>
    public static Dictionary<string, string>? Some(
        IReadOnlyDictionary<string, string>? all, Func<string, bool> isWanted) => all?
            .Where(entry => isWanted(entry.Key)).OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .Take(OperatorLimits.MaxEntries).ToDictionary(entry => entry.Key, entry => Text(entry.Value ?? ""));

    /// <summary>By name, not by their prefix: others may write any number of those, and push out these.</summary>
    static bool IsOurs(string annotation) => Annotations.All.Contains(annotation);

    static Dictionary<string, string>? WithOthers(ObjectMeta metadata)
    {
        var kept = Some(metadata.Annotations, IsOurs) ?? [];
        var others = (metadata.Annotations ?? new Dictionary<string, string>()).Where(a => !kept.ContainsKey(a.Key))
            .Concat(metadata.Labels ?? new Dictionary<string, string>())
            .OrderBy(entry => entry.Key, StringComparer.Ordinal).ThenBy(entry => entry.Value, StringComparer.Ordinal);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (key, value) in others)
            hash.AppendData(Encoding.UTF8.GetBytes($"{key.Length}:{key}={value?.Length}:{value}"));
        kept[Others] = Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
        return kept;
    }

    /// <summary>The controller first: it decides whose an object is.</summary>
    static OwnerReference[]? GetOwners(ObjectMeta metadata) => metadata.OwnerReferences?
        .OrderByDescending(owner => owner.Controller is true).Take(OperatorLimits.MaxEntries / 4)
        .Select(owner => owner with
        {
            ApiVersion = Text(owner.ApiVersion ?? ""),
            Kind = Text(owner.Kind ?? ""),
            Name = Text(owner.Name ?? ""),
            Uid = Text(owner.Uid ?? ""),
        }).ToArray();
}
