using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Client.Configuration;
using PyRepo.Testing.Cluster;

namespace PyRepo.Kubernetes.Tests.Client;

/// <summary>Clients of a scripted API server.</summary>
static class Connections
{
    public static KubernetesClient GetClient(ScriptedApiServer server, TimeProvider clock) =>
        GetClient(new ClusterSettings(server.Address, new FixedToken("secret")), clock);

    public static KubernetesClient GetClient(ClusterSettings settings, TimeProvider clock) =>
        new(new ClusterConnection(settings), clock);
}
