using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Apply;

/// <summary>One owner's turn, and what it did so far.</summary>
sealed class ApplyPass(ObjectOwner owner, IEnumerable<DesiredObject> desired)
{
    readonly HashSet<ObjectIdentity> _desired = [.. desired.Select(d => d.Identity)];

    public string Owner => owner.Name;

    public List<ObjectChange> Changes { get; } = [];

    public List<ObjectIdentity> Conflicts { get; } = [];

    public List<ObjectIdentity> Terminating { get; } = [];

    /// <summary>What the API server rejected.</summary>
    public List<KubernetesException> Rejections { get; } = [];

    /// <summary>Whether the owner may delete what seems to be its own: labels may have been copied.</summary>
    public bool MayDelete(ObjectMeta metadata) =>
        owner.Uid is null || metadata.Controller?.Uid == owner.Uid;

    public bool IsDesired(ObjectIdentity identity) => _desired.Contains(identity);
}
