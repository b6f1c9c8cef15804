using PyRepo.Kubernetes.Objects.Apps;
using PyRepo.Operator.Settings;

namespace PyRepo.Operator.Manifests;

/// <summary>
/// The server. On a volume one pod goes before the next one comes, because a volume has one writer; on a bucket, and for a
/// group, the next one comes first.
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

    /// <summary>The server's image in a Deployment; others may have put containers of theirs beside it.</summary>
    public static string? ImageOf(Deployment deployment) =>
        deployment.Spec?.Template.Spec.Containers.FirstOrDefault(c => c.Name == PodManifest.Container)?.Image;

    /// <summary>How many pods there should be.</summary>
    public static int ReplicasOf(DeclaredResource resource) =>
        resource.Spec!.Suspend ? 0 : PodManifest.SupportsReplicas(resource) ? resource.Spec.Server.Replicas : 1;
}
