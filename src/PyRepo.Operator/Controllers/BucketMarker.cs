using System.Text.Json.Nodes;
using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Apps;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Status;

namespace PyRepo.Operator.Controllers;

/// <summary>
/// Notes on a Deployment what its servers found of their bucket: that its service ignores conditional writes, and which
/// one a claim gave. Servers that are down report nothing, and the next pod must still know it.
/// </summary>
sealed class BucketMarker(KubernetesClient client)
{
    /// <summary>
    /// Writes what the servers report, if it is new. The Deployment's change reconciles the resource.
    /// </summary>
    public async Task RunAsync(StatusInputs inputs, CancellationToken cancellationToken)
    {
        if (inputs is not { Servers.Storage: not null, Observed.Deployment: { } live })
            return;
        var news = new JsonObject();
        if (inputs.Servers.Storage.ConditionalWrites is { } areHeeded
            && DeploymentManifest.IgnoresConditions(live) == areHeeded)
        {
            news[Annotations.ConditionalWrites] = areHeeded ? null : "false";
        }
        if (GetNewBucket(inputs, live) is { } name)
            news[Annotations.ClaimedBucket] = name;
        if (news.Count == 0)
            return;
        await client.PatchAsync(ResourceTypes.Deployments, live.Key, new JsonObject
        {
            ["metadata"] = new JsonObject { ["uid"] = live.Metadata.Uid, ["annotations"] = news },
        }, cancellationToken);
    }

    static string? GetNewBucket(StatusInputs inputs, Deployment live) =>
        ClaimedBucket.GetClaim(inputs.Resource) is not null
        && inputs.Servers.Storage?.ClaimedBucket is { } name && ClaimedBucket.IsName(name)
        && live.Metadata.Annotations?.GetValueOrDefault(Annotations.ClaimedBucket) != name
            ? name : null;
}
