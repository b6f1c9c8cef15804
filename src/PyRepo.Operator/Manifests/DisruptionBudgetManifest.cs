using PyRepo.Kubernetes.Objects.Policy;

namespace PyRepo.Operator.Manifests;

/// <summary>Of several replicas one may be away at once. One that is not ready does not hold up a node's draining.</summary>
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
