using System.Text.Json.Nodes;
using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Objects;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Status;

namespace PyRepo.Operator.Controllers;

/// <summary>
/// Lets a claim grow that is full enough. The size is in the claim alone, from which
/// <see cref="PersistentVolumeClaimManifest"/> takes it from then on: a resource's spec is never written.
/// </summary>
sealed class VolumeGrower(KubernetesClient client)
{
    /// <summary>Makes the step that is due, if one is. The claim's change reconciles the resource.</summary>
    /// <returns>The API server's message if it refuses the step: because of a quota, or as the class forbids it.</returns>
    /// <exception cref="KubernetesException">The claim is not as it was when the step was decided.</exception>
    public async Task<string?> RunAsync(StatusInputs inputs, CancellationToken cancellationToken)
    {
        if (inputs.Desired.PersistentVolumeClaim is null
            || inputs.GetGrowth(GrowthState.None) is not { State: GrowthState.Due, Size: var size }
            || !PersistentVolumeClaimManifest.IsExpandable(inputs.Cluster)
            || inputs is not { Cluster.PersistentVolumeClaim: { } pvc, Servers.Volume: { } volume })
        {
            return null;
        }
        try
        {
            await client.PatchAsync(ResourceTypes.PersistentVolumeClaims, pvc.Key, new JsonObject
            {
                ["metadata"] = new JsonObject
                {
                    ["uid"] = pvc.Metadata.Uid,
                    ["resourceVersion"] = pvc.Metadata.ResourceVersion,
                    ["annotations"] = new JsonObject
                    {
                        [Annotations.Grown] = new GrowthNote(size, volume.Size).ToString(),
                    },
                },
                ["spec"] = new JsonObject
                {
                    ["resources"] = new JsonObject
                    {
                        ["requests"] = new JsonObject { ["storage"] = size.ToString() },
                    },
                },
            }, cancellationToken);
            return null;
        }
        catch (KubernetesException error) when (error.IsRejected)
        {
            return error.Message;
        }
    }
}
