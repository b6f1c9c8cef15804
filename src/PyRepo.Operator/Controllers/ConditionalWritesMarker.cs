using System.Text.Json.Nodes;
using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Objects;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Status;

namespace PyRepo.Operator.Controllers;

/// <summary>
/// Marks a Deployment whose servers found that their bucket's service ignores conditional writes. Servers that are
/// down report nothing, and the next rollout must still know it.
/// </summary>
sealed class ConditionalWritesMarker(KubernetesClient client)
{
    /// <summary>
    /// Writes what the servers report, if it is new. The Deployment's change reconciles the resource.
    /// </summary>
    public async Task RunAsync(StatusInputs inputs, CancellationToken cancellationToken)
    {
        if (inputs is not { Servers.Storage.ConditionalWrites: { } areHeeded, Observed.Deployment: { } live }
            || DeploymentManifest.IgnoresConditions(live) == !areHeeded)
        {
            return;
        }
        await client.PatchAsync(ResourceTypes.Deployments, live.Key, new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["uid"] = live.Metadata.Uid,
                ["annotations"] = new JsonObject { [Annotations.ConditionalWrites] = areHeeded ? null : "false" },
            },
        }, cancellationToken);
    }
}
