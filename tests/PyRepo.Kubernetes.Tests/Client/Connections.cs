using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Client.Configuration;
using PyRepo.Testing.Cluster;

namespace PyRepo.Kubernetes.Tests.Client;

/// <summary>Clients of a scripted API server.</summary>
static class Connections
{
    public static KubernetesClient ClientOf(ScriptedApiServer server, TimeProvider clock) =>
        ClientOf(new ClusterSettings(server.Address, new FixedToken("secret")), clock);

    public static KubernetesClient ClientOf(ClusterSettings settings, TimeProvider clock) =>
        new(new ClusterConnection(settings), clock);
}
