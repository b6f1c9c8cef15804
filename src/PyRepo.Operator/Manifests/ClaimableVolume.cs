using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Operator.Settings;

namespace PyRepo.Operator.Manifests;

/// <summary>
/// A claim or a snapshot that the operator did not make for the resource that names it. Its owner says who may have it:
/// otherwise the right to create resources would be the right to read every volume of the namespace.
/// </summary>
/// <param name="Metadata">The metadata of the claim or the snapshot.</param>
readonly record struct ClaimableVolume(ObjectMeta Metadata)
{
    /// <summary>Whether its owner gave it to a resource.</summary>
    public bool IsGivenTo(DeclaredResource resource) =>
        Metadata.Annotations?.GetValueOrDefault(Annotations.ClaimableBy) == resource.Name;

    /// <summary>Whether it has the data of a resource, or of one whose data that takes over.</summary>
    public bool HasDataFor(DeclaredResource resource) =>
        Ownership.GetDataOwner(Metadata) is { } owner && Ownership.CanUse(resource, owner);

    /// <summary>Whether a resource may use it.</summary>
    public bool IsFor(DeclaredResource resource, OperatorSettings settings) =>
        settings.ClaimableVolumes is ClaimableVolumes.All || IsGivenTo(resource) || HasDataFor(resource);

    /// <summary>Returns the way in which its owner can give it, for messages.</summary>
    /// <param name="resource">The resource that may not use it.</param>
    /// <param name="kind">The kind for kubectl.</param>
    public string DescribeConsent(DeclaredResource resource, string kind) =>
        $"Whoever it belongs to can allow that: kubectl annotate -n {resource.Namespace} {kind} {Metadata.Name} "
        + $"{Annotations.ClaimableBy}={resource.Name}";
}
