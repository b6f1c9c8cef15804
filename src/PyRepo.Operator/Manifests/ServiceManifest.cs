using PyRepo.Kubernetes.Objects.Core;

namespace PyRepo.Operator.Manifests;

/// <summary>The address of a repository in the cluster: <c>http://NAME.NAMESPACE/</c>.</summary>
static class ServiceManifest
{
    /// <summary>The port of the Service.</summary>
    public const int Port = 80;

    public static Service Of(DeclaredResource resource) => new()
    {
        Metadata = ChildMetadata.Owned(resource, ChildNames.Server(resource.Name)),
        Spec = new()
        {
            Selector = ChildMetadata.Labels(resource),
            Ports =
            [
                new()
                {
                    Name = "http",
                    Port = Port,
                    TargetPort = PodManifest.HttpPort,
                    Protocol = "TCP",
                    AppProtocol = "http",
                },
            ],
        },
    };
}
