using System.Globalization;
using System.Text.Json.Nodes;
using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Status;
using PyRepo.Resources.Manifests;
using PyRepo.Resources.References;

namespace PyRepo.Operator.Controllers;

/// <summary>
/// Makes kubelets refresh the documents, Secrets and ConfigMaps of running pods. A kubelet does so at once when an
/// annotation of the pod changes (the pod's own, not the template's).
/// </summary>
sealed class VolumeRefresher(ClusterCache cache, KubernetesClient client, TimeProvider clock)
{
    /// <summary>Patches the pods that lag behind.</summary>
    public async Task RunAsync(StatusInputs inputs, CancellationToken cancellationToken)
    {
        if (inputs.Desired.Configuration is not { } configuration)
            return;
        var wanted = WantedRevision(inputs.Resource, configuration);
        foreach (var pod in inputs.Observed.Pods.Where(p => p.IsReady && p.IsOf(inputs.Desired.TemplateHash)))
        {
            var refreshed = pod.Pod.Metadata.Annotations?.GetValueOrDefault(Annotations.Refreshed);
            // A server that cannot use its documents as they are has them: to refresh them changes nothing.
            var isBehind =
                pod.Report is { Problems.Count: 0 } report && (!ServerSummary.Uses(report, configuration)
                    || BackupCondition.IsUnknown(inputs.Resource, report));
            // It is not known which ConfigMaps a new pod mounted, so it is patched once. Its documents are in its
            // report.
            var isCurrent =
                refreshed?.StartsWith(wanted, StringComparison.Ordinal) ?? !NamesConfigMaps(inputs.Resource);
            if (isCurrent && !isBehind)
                continue;
            var value = isBehind
                ? string.Create(CultureInfo.InvariantCulture, $"{wanted}.{clock.GetUtcNow().ToUnixTimeSeconds()}")
                : wanted;
            await AnnotateAsync(pod.Pod, value, cancellationToken);
        }
    }

    async Task AnnotateAsync(Pod pod, string value, CancellationToken cancellationToken)
    {
        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["uid"] = pod.Metadata.Uid,
                ["annotations"] = new JsonObject { [Annotations.Refreshed] = value },
            },
        };
        try
        {
            await client.PatchAsync(ResourceTypes.Pods, pod.Key, patch, cancellationToken);
        }
        catch (KubernetesException error) when (AdmissionPolicies.IsDenial(error, AdmissionPolicies.Pods))
        {
            // Somebody else's pod with the labels, or a webhook that changes more. The kubelet looks by itself later.
        }
    }

    static bool NamesConfigMaps(DeclaredResource resource) =>
        DataReferences.Find(resource.Resource!).Any(r => r.Kind is DataKind.ConfigMap);

    /// <summary>Changes when a document changes, or a ConfigMap that the resource names.</summary>
    string WantedRevision(DeclaredResource resource, MountedConfiguration configuration)
    {
        var parts = DataReferences.Find(resource.Resource!).Where(r => r.Kind is DataKind.ConfigMap)
            .Select(r => cache.ReferencedConfigMaps.Find(new ObjectKey(resource.Namespace, r.Name)))
            .OfType<PartialObjectMetadata>().Select(map => $"{map.Metadata.Uid}/{map.Metadata.ResourceVersion}")
            .Prepend(configuration.Hash);
        return ContentHash.Compute(parts.Distinct().Select(part => (part, Array.Empty<byte>())))[..16];
    }
}
