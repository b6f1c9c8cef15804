using PyRepo.Kubernetes.Objects.Apps;
using PyRepo.Operator.Settings;

namespace PyRepo.Operator.Manifests;

/// <summary>
/// The server's Deployment. On a volume, the old pod ends before the new one starts, because a volume has one writer.
/// On a bucket, and for a group, the new pod starts first.
/// </summary>
static class DeploymentManifest
{
    public static Deployment Of(DeclaredResource resource, ReconcileInputs inputs, OperatorSettings settings) => new()
    {
        Metadata = ChildMetadata.Owned(resource, ChildNames.Server(resource.Name)),
        Spec = new()
        {
            Replicas = ReplicasOf(resource),
            Selector = new() { MatchLabels = ChildMetadata.Labels(resource) },
            Strategy = PodManifest.SupportsReplicas(resource)
                ? new() { Type = "RollingUpdate", RollingUpdate = new() { MaxUnavailable = 0, MaxSurge = 1 } }
                : new() { Type = "Recreate" },
            RevisionHistoryLimit = 3,
            ProgressDeadlineSeconds = 600,
            Template = PodManifest.Of(resource, inputs, settings),
        },
    };

    /// <summary>The server's image in a Deployment. Others may have added containers, so it is found by name.</summary>
    public static string? ImageOf(Deployment deployment) =>
        deployment.Spec?.Template.Spec.Containers.FirstOrDefault(c => c.Name == PodManifest.Container)?.Image;

    /// <summary>How many pods there should be.</summary>
    public static int ReplicasOf(DeclaredResource resource) =>
        resource.Spec!.Suspend ? 0 : PodManifest.SupportsReplicas(resource) ? resource.Spec.Server.Replicas : 1;
}
