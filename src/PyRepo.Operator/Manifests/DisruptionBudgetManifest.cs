using PyRepo.Kubernetes.Objects.Policy;

namespace PyRepo.Operator.Manifests;

/// <summary>
/// Allows one of several replicas to be evicted at a time. A replica that is not ready does not block a node's drain.
/// </summary>
static class DisruptionBudgetManifest
{
    public static PodDisruptionBudget? Of(DeclaredResource resource) => resource.Spec!.Server.Replicas < 2
        ? null
        : new()
        {
            Metadata = ChildMetadata.Owned(resource, ChildNames.Server(resource.Name)),
            Spec = new()
            {
                MaxUnavailable = 1,
                UnhealthyPodEvictionPolicy = "AlwaysAllow",
                Selector = new() { MatchLabels = ChildMetadata.Labels(resource) },
            },
        };
}
