using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using PyRepo.Kubernetes.Apply;
using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Apps;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Operator.Manifests;

namespace PyRepo.Operator.Controllers;

/// <summary>Applies a resource's children.</summary>
sealed class ChildrenApplier
{
    readonly ObjectApplier _applier;
    readonly KubernetesClient _client;
    readonly ILogger _logger;

    public ChildrenApplier(
        ClusterCache cache, KubernetesClient client, TimeProvider clock, ILogger logger)
    {
        (_client, _logger) = (client, logger);
        _applier = new ObjectApplier(client, child => Ownership.GetOwner(child)?.ToString(), clock);
        foreach (var kind in cache.Children)
            kind.AddTo(_applier);
    }

    /// <summary>Writes the children that differ, and deletes those that are no longer desired.</summary>
    /// <exception cref="KubernetesException">The API server can't do it now; a conflict.</exception>
    public async Task<ChildrenApplyResult> ApplyAsync(
        DeclaredResource resource, ReconcileInputs inputs, DesiredState desired, CancellationToken cancellationToken)
    {
        try
        {
            var objects = desired.Objects;
            if (PersistentVolumeClaimManifest.IsTakenOver(resource, inputs.PersistentVolumeClaim))
            {
                await TakeOverAsync(resource, inputs.PersistentVolumeClaim, cancellationToken);
                // Until the informer receives the change, it seems to be somebody else's.
                objects = [.. objects.Where(o => o.Identity.Kind != ResourceTypes.PersistentVolumeClaims.Kind)];
            }
            if (desired is { KeepsDeployment: true, Deployment: { } kept } && inputs.Deployment is { } live
                && kept.Spec?.Replicas != live.Spec?.Replicas)
            {
                await ScaleAsync(kept, cancellationToken);
            }
            return await ApplyAsync(resource, objects, cancellationToken);
        }
        catch (KubernetesException error) when (error.IsRejected)
        {
            return new ChildrenApplyResult(null, error.Message, false);
        }
    }

    /// <summary>Writes some children of a resource, and deletes all others.</summary>
    public async Task<ChildrenApplyResult> ApplyAsync(
        DeclaredResource resource, IReadOnlyList<DesiredObject> objects, CancellationToken cancellationToken)
    {
        var result = await _applier.ApplyAsync(
            new ObjectOwner(ResourceKey.From(resource).ToString(), resource.Uid), objects, cancellationToken);
        foreach (var change in result.Changes)
            Log.Changed(_logger, change.Verb.ToString(), change.Object.ToString(), change.Field ?? "");
        var server = result.Changes.Where(change => change.Object.Kind == ResourceTypes.Deployments.Kind).ToArray();
        return new ChildrenApplyResult(GetConflict(result), GetFailure(result), server.Length > 0)
        {
            ServerField = server.FirstOrDefault().Field,
        };
    }

    /// <summary>
    /// Makes a claim the resource's. Removes other owners first, so that none of them deletes the claim: an apply would
    /// keep references that, for example, a restore wrote.
    /// </summary>
    async Task TakeOverAsync(
        DeclaredResource resource, PersistentVolumeClaim pvc, CancellationToken cancellationToken)
    {
        if (pvc.Metadata.OwnerReferences is { Count: > 0 })
        {
            pvc = await _client.PatchAsync(ResourceTypes.PersistentVolumeClaims, pvc.Key, new JsonObject
            {
                ["metadata"] = new JsonObject
                {
                    ["uid"] = pvc.Metadata.Uid,
                    ["resourceVersion"] = pvc.Metadata.ResourceVersion,
                    ["ownerReferences"] = null,
                },
            }, cancellationToken);
        }
        await _client.ApplyAsync(
            ResourceTypes.PersistentVolumeClaims, PersistentVolumeClaimManifest.TakenOver(resource, pvc),
            cancellationToken);
    }

    Task<Deployment> ScaleAsync(Deployment kept, CancellationToken cancellationToken) =>
        _client.PatchAsync(ResourceTypes.Deployments, kept.Key, new JsonObject
        {
            ["metadata"] = new JsonObject { ["uid"] = kept.Metadata.Uid },
            ["spec"] = new JsonObject { ["replicas"] = kept.Spec!.Replicas },
        }, cancellationToken);

    static string? GetFailure(ApplyResult result) => result.Rejections.Count == 0
        ? null
        : string.Join("; ", result.Rejections.Select(rejection => rejection.Message).Distinct());

    static ObjectReference? GetConflict(ApplyResult result) => result.Conflicts.Count == 0
        ? null
        : new ObjectReference
        {
            Kind = result.Conflicts[0].Kind,
            Namespace = result.Conflicts[0].Key.Namespace,
            Name = result.Conflicts[0].Key.Name,
        };
}

/// <summary>The result of applying a resource's children.</summary>
/// <param name="Conflict">The first object that has a child's name and is not the operator's; null: none.</param>
/// <param name="Failure">The API server's message about what it rejected; null: nothing.</param>
/// <param name="WroteServer">Whether the Deployment was written.</param>
sealed record ChildrenApplyResult(ObjectReference? Conflict, string? Failure, bool WroteServer)
{
    /// <summary>The first field of the Deployment that was not as desired, or null.</summary>
    public string? ServerField { get; init; }

    /// <summary>Nothing was applied.</summary>
    public static ChildrenApplyResult Untouched { get; } = new(null, null, false);

    /// <summary>Whether all children are as desired.</summary>
    public bool IsComplete => this is { Conflict: null, Failure: null };
}
