using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PyRepo.Kubernetes.Objects.Apps;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Operator.Settings;
using PyRepo.Resources;
using PyRepo.Resources.Manifests;
using PyRepo.Resources.References;

namespace PyRepo.Operator.Manifests;

/// <summary>
/// The server's Deployment. On a volume, the old pod ends before the new one starts, because a volume has one writer.
/// On a bucket, and for a group, the new pod starts first; but where the bucket's service ignores conditional writes, a
/// bucket has one writer, too, and a new pod would wait for the old one.
/// </summary>
static class DeploymentManifest
{
    static readonly TimeSpan _missedProbes = TimeSpan.FromMinutes(1);

    public static Deployment Create(DeclaredResource resource, ReconcileInputs inputs, OperatorSettings settings) =>
        Create(resource, inputs, PodManifest.Create(resource, inputs, settings));

    static Deployment Create(DeclaredResource resource, ReconcileInputs inputs, PodTemplate template) => new()
    {
        Metadata = ChildMetadata.Owned(resource, ChildNames.Server(resource.Name)) with
        {
            Annotations = ChildMetadata.Texts(
            [
                (Annotations.Declared, DeclaredPods.GetHash(resource, inputs)),
                (Annotations.ServerOptions, GetOptions(template.Spec.Containers[0])),
                .. BucketEndpoint.Get(resource) is { } endpoint
                    ? [(Annotations.BucketEndpoint, endpoint)] : Array.Empty<(string, string)>(),
                .. ClaimedBucket.Find(resource, inputs.Deployment) is { } claimed
                    ? [(Annotations.ClaimedBucket, claimed)] : Array.Empty<(string, string)>(),
                .. IgnoresConditions(resource, inputs)
                    ? [(Annotations.ConditionalWrites, "false")] : Array.Empty<(string, string)>(),
            ]),
        },
        Spec = new()
        {
            Replicas = GetReplicas(resource, inputs),
            Selector = new() { MatchLabels = ChildMetadata.Labels(resource) },
            Strategy = PodManifest.SupportsReplicas(resource) && !IgnoresConditions(resource, inputs)
                ? new() { Type = "RollingUpdate", RollingUpdate = new() { MaxUnavailable = 0, MaxSurge = 1 } }
                : new() { Type = "Recreate" },
            RevisionHistoryLimit = 3,
            ProgressDeadlineSeconds = 600,
            Template = template,
        },
    };

    static string GetOptions(Container server) => ServerArguments.GetOptions(server.Image!, server.Args!);

    /// <summary>The hash of the template of a Deployment.</summary>
    public static string? GetTemplateHash(Deployment deployment) =>
        deployment.Spec?.Template.Metadata?.Annotations?.GetValueOrDefault(Annotations.Template);

    /// <summary>
    /// Whether new pods would replace those of a live Deployment though nobody changed what its resource says of them:
    /// the operator or its settings are new. How many pods there are does not matter, nor what somebody else made of
    /// the template meanwhile.
    /// </summary>
    public static bool RollsUnasked(Deployment wanted, Deployment live) =>
        (AppliedTemplate.From(live)?.Hash ?? GetTemplateHash(live)) is { } template
            && template != GetTemplateHash(wanted)
        && (GetDeclared(live) ?? GetDeclared(wanted)) == GetDeclared(wanted);

    /// <summary>The Deployment, marked until its new pods are there as one of the rollouts that are limited.</summary>
    public static Deployment AsRollout(Deployment wanted, DateTimeOffset startedAt, bool raisesMemory = false) => With(
        wanted,
        [
            (Annotations.Rollout, GetTemplateHash(wanted)!),
            (Annotations.RolloutStarted, Rollout.GetText(startedAt)),
            .. raisesMemory ? [(Annotations.RolloutCause, Rollout.Memory)] : Array.Empty<(string, string)>(),
        ]);

    /// <summary>The Deployment, marked as long as the live one is and rolls to the same template.</summary>
    /// <param name="wanted">The Deployment.</param>
    /// <param name="live">
    /// The live one, read after all else: the mark is lost if what was read before is older than what has begun.
    /// </param>
    /// <param name="now">The time.</param>
    public static Deployment KeepRollout(Deployment wanted, Deployment live, DateTimeOffset now) =>
        IsRolling(live) && GetTemplateHash(live) == GetTemplateHash(wanted)
            ? AsRollout(wanted, Rollout.GetStart(live) ?? now, Rollout.IsOfMemory(live))
            : wanted;

    /// <summary>The Deployment with more annotations.</summary>
    public static Deployment With(Deployment wanted, params (string Name, string Value)[] annotations) => wanted with
    {
        Metadata = wanted.Metadata with
        {
            Annotations = (wanted.Metadata.Annotations ?? ChildMetadata.Texts())
                .ToImmutableSortedDictionary(a => a.Key, a => a.Value, StringComparer.Ordinal)
                .SetItems(ChildMetadata.Texts(annotations)),
        },
    };

    /// <summary>
    /// Whether a live Deployment is one of the rollouts that are limited, and not all its new pods are there.
    /// </summary>
    public static bool IsRolling(Deployment live) =>
        live.Metadata.Annotations?.GetValueOrDefault(Annotations.Rollout) is { } rollout
        && rollout == GetTemplateHash(live) && IsUnfinished(live);

    /// <summary>
    /// Whether no pod has accepted requests for a while. A busy node misses some probes: that alone is no reason to
    /// replace all servers at once. Nor is it that more pods are wanted than there are.
    /// </summary>
    public static bool IsDown(Deployment live, DateTimeOffset now) =>
        live.Spec?.Replicas is not 0 && (live.Status?.AvailableReplicas ?? 0) == 0
        && !(live.Status?.Conditions?.FirstOrDefault(c => c.Type == "Available")?.LastTransitionTime is { } since
            && now - since < _missedProbes);

    /// <summary>Whether as many pods as wanted accept requests.</summary>
    static bool IsAvailable(Deployment live) =>
        (live.Status?.AvailableReplicas ?? 0) >= (live.Spec?.Replicas ?? 1);

    /// <summary>Whether not all pods of its template are there.</summary>
    public static bool IsUnfinished(Deployment live) => live.Spec?.Replicas is not 0
        && (live.Status?.ObservedGeneration < live.Metadata.Generation
            || (live.Status?.UpdatedReplicas ?? 0) < (live.Spec?.Replicas ?? 1)
            || live.Status?.Replicas > live.Status?.UpdatedReplicas
            || !IsAvailable(live));

    static string? GetDeclared(Deployment deployment) =>
        deployment.Metadata.Annotations?.GetValueOrDefault(Annotations.Declared);

    /// <summary>
    /// Whether a server found that the bucket's service ignores conditional writes. That is not known of another
    /// endpoint.
    /// </summary>
    static bool IgnoresConditions(DeclaredResource resource, ReconcileInputs inputs) =>
        BucketEndpoint.Get(resource) is { } endpoint && inputs.Deployment is { } live && IgnoresConditions(live)
        && live.Metadata.Annotations!.GetValueOrDefault(Annotations.BucketEndpoint) == endpoint;

    /// <summary>Whether a Deployment is marked so.</summary>
    public static bool IgnoresConditions(Deployment live) =>
        live.Metadata.Annotations?.GetValueOrDefault(Annotations.ConditionalWrites) == "false";

    /// <summary>
    /// How many pods there should be. None waits for a claim that is not there: the claim may turn out to be somebody
    /// else's, and a waiting pod would mount it before anybody looks.
    /// </summary>
    static int GetReplicas(DeclaredResource resource, ReconcileInputs inputs) =>
        resource.Spec!.Suspend || (inputs.PersistentVolumeClaim is null
            && resource.Stored?.Storage.EffectivePersistentVolumeClaim?.ExistingClaim is not null) ? 0
        : PodManifest.SupportsReplicas(resource) ? resource.Spec.Server.Replicas
        : 1;
}

/// <summary>
/// The part of a resource that shapes its pods: storage, server, and the Secrets and ConfigMaps that they mount. While
/// it stays the same, only a new operator or new settings make other pods of it.
/// </summary>
static class DeclaredPods
{
    /// <summary>A hash of it. How many pods there are is no part of it.</summary>
    public static string GetHash(DeclaredResource resource, ReconcileInputs inputs)
    {
        var spec = resource.Source.Spec;
        var parts = References(resource).Concat(inputs.Members.SelectMany(References)).Distinct()
            .Order(StringComparer.Ordinal).Append(GetText(spec, "storage")).Append(GetText(spec, "server", "replicas"));
        return ContentHash.Compute(parts.Select((part, index) => ($"{index}", Encoding.UTF8.GetBytes(part))))[..16];
    }

    static IEnumerable<string> References(DeclaredResource resource)
    {
        if (resource.Resource is not { } declared)
            return [];
        var members = declared is RepositoryGroup group
            ? group.Spec.Members.Select(member => $"{member.Kind} {member.Name}") : [];
        return DataReferences.Find(declared).Select(r => $"{r.Kind} {r.Name} {r.Key}").Concat(members);
    }

    static string GetText(JsonElement spec, string field, string? without = null)
    {
        if (spec.ValueKind is not JsonValueKind.Object || !spec.TryGetProperty(field, out var value)
            || JsonNode.Parse(value.GetRawText()) is not JsonObject map)
        {
            return "";
        }
        if (without is not null)
            map.Remove(without);
        return SortedJson.Sort(map)!.ToJsonString();
    }
}
