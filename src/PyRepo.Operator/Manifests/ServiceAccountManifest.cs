using PyRepo.Kubernetes.Objects.Core;

namespace PyRepo.Operator.Manifests;

/// <summary>
/// The ServiceAccount of the server's pods. It has no rights in the cluster, and no token for its API is mounted.
/// Annotations may give it an identity in a cloud: <see cref="Rejections"/> lets only those pass that the administrator
/// allows.
/// </summary>
static class ServiceAccountManifest
{
    public static ServiceAccount Of(DeclaredResource resource) => new()
    {
        Metadata = ChildMetadata.Owned(resource, ChildNames.ServiceAccount(resource.Name)) with
        {
            Annotations = resource.Spec!.Server.ServiceAccountAnnotations is { Count: > 0 } annotations
                ? ChildMetadata.Texts().SetItems(annotations) : null,
        },
        AutomountServiceAccountToken = false,
    };
}
