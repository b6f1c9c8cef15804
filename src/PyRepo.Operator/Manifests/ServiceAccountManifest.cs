using PyRepo.Kubernetes.Objects.Core;

namespace PyRepo.Operator.Manifests;

/// <summary>The ServiceAccount of the server's pods. It has no rights, and no token is mounted.</summary>
static class ServiceAccountManifest
{
    public static ServiceAccount Of(DeclaredResource resource) => new()
    {
        Metadata = ChildMetadata.Owned(resource, ChildNames.ServiceAccount(resource.Name)),
        AutomountServiceAccountToken = false,
    };
}
