using PyRepo.Kubernetes.Objects.Core;

namespace PyRepo.Operator.Manifests;

/// <summary>Who the server's pods are: nobody with rights, and without a token.</summary>
static class ServiceAccountManifest
{
    public static ServiceAccount Of(DeclaredResource resource) => new()
    {
        Metadata = ChildMetadata.Owned(resource, ChildNames.ServiceAccount(resource.Name)),
        AutomountServiceAccountToken = false,
    };
}
