using System.Collections;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Resources.Scheduling;
using PyRepo.Resources.Serving;
using PyRepo.Resources.Values;
using LabelSelector = PyRepo.Resources.Scheduling.LabelSelector;
using SpreadWanted = PyRepo.Resources.Scheduling.TopologySpreadConstraint;
using TopologySpreadConstraint = PyRepo.Kubernetes.Objects.Core.TopologySpreadConstraint;

namespace PyRepo.Operator.Manifests;

/// <summary>
/// On which nodes the server's pods run. A selector that is omitted selects the pods of the same server: only so can
/// the administrator write a default for all servers.
/// </summary>
static class SchedulingManifest
{
    public static IReadOnlyList<PodToleration>? GetTolerations(ServerPodSpec pods) =>
        pods.Tolerations is { Count: > 0 } tolerations ? [.. tolerations.Select(GetToleration)] : null;

    /// <summary>Null where nothing is wanted.</summary>
    public static JsonElement? GetAffinity(DeclaredResource resource, ServerPodSpec pods)
    {
        if (pods.Affinity is not { } wanted)
            return null;
        var affinity = AffinityJson.Write(wanted with
        {
            PodAffinity = Selecting(wanted.PodAffinity, resource),
            PodAntiAffinity = Selecting(wanted.PodAntiAffinity, resource),
        });
        return affinity.EnumerateObject().Any() ? affinity : null;
    }

    /// <summary>Several pods prefer different nodes, unless something else is wanted.</summary>
    public static IReadOnlyList<TopologySpreadConstraint>? GetSpread(DeclaredResource resource, ServerPodSpec pods) =>
        pods.TopologySpreadConstraints is { } wanted
            ? wanted.Count == 0 ? null : [.. wanted.Select(constraint => GetSpread(constraint, resource))]
        : PodManifest.SupportsReplicas(resource) && pods.Affinity is null ? [PreferOtherNodes(resource)]
        : null;

    static PodToleration GetToleration(Toleration toleration) => new()
    {
        Key = toleration.Key,
        Operator = toleration.Operator.ToString(),
        Value = toleration.Value,
        Effect = toleration.Effect?.ToString(),
        TolerationSeconds = toleration.TolerationSeconds,
    };

    static PodAffinity? Selecting(PodAffinity? affinity, DeclaredResource resource)
    {
        if (affinity is null)
            return null;
        return new()
        {
            RequiredDuringSchedulingIgnoredDuringExecution =
            [
                .. affinity.RequiredDuringSchedulingIgnoredDuringExecution.Select(term => Selecting(term, resource)),
            ],
            PreferredDuringSchedulingIgnoredDuringExecution =
            [
                .. affinity.PreferredDuringSchedulingIgnoredDuringExecution.Select(
                    preferred => preferred with { PodAffinityTerm = Selecting(preferred.PodAffinityTerm, resource) }),
            ],
        };
    }

    static PodAffinityTerm Selecting(PodAffinityTerm term, DeclaredResource resource) =>
        term with { LabelSelector = term.LabelSelector ?? OwnPods(resource) };

    static LabelSelector OwnPods(DeclaredResource resource) =>
        new() { MatchLabels = new ValueDictionary<string>(ChildMetadata.Labels(resource)) };

    static TopologySpreadConstraint GetSpread(SpreadWanted wanted, DeclaredResource resource) => new()
    {
        MaxSkew = wanted.MaxSkew,
        TopologyKey = wanted.TopologyKey,
        WhenUnsatisfiable = wanted.WhenUnsatisfiable.ToString(),
        LabelSelector = GetSelector(wanted.LabelSelector ?? OwnPods(resource)),
        MinDomains = wanted.MinDomains,
        NodeAffinityPolicy = wanted.NodeAffinityPolicy?.ToString(),
        NodeTaintsPolicy = wanted.NodeTaintsPolicy?.ToString(),
    };

    static Kubernetes.Objects.Meta.LabelSelector GetSelector(LabelSelector selector) => new()
    {
        MatchLabels = selector.MatchLabels.Count == 0 ? null : selector.MatchLabels,
        MatchExpressions = selector.MatchExpressions.Count == 0 ? null
        :
        [
            .. selector.MatchExpressions.Select(e => new LabelRequirement
            {
                Key = e.Key,
                Operator = e.Operator.ToString(),
                Values = e.Values.Count == 0 ? null : e.Values,
            }),
        ],
    };

    static TopologySpreadConstraint PreferOtherNodes(DeclaredResource resource) => new()
    {
        MaxSkew = 1,
        TopologyKey = "kubernetes.io/hostname",
        WhenUnsatisfiable = "ScheduleAnyway",
        LabelSelector = new() { MatchLabels = ChildMetadata.Labels(resource) },
    };
}

/// <summary>Writes an affinity as a pod has it: the names are the same.</summary>
[JsonSerializable(typeof(Affinity))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
sealed partial class AffinityJson : JsonSerializerContext
{
    static readonly Lazy<JsonTypeInfo<Affinity>> _type = new(MakeType);

    public static JsonElement Write(Affinity affinity) => JsonSerializer.SerializeToElement(affinity, _type.Value);

    static JsonTypeInfo<Affinity> MakeType()
    {
        var options = new JsonSerializerOptions(Default.Options)
        {
            TypeInfoResolver = Default.WithAddedModifier(OmitEmptyCollections),
        };
        return (JsonTypeInfo<Affinity>)options.GetTypeInfo(typeof(Affinity));
    }

    /// <summary>The API server drops them, and a difference would be applied again and again.</summary>
    static void OmitEmptyCollections(JsonTypeInfo type)
    {
        foreach (var property in type.Properties.Where(p => p.PropertyType.IsAssignableTo(typeof(IEnumerable))))
            property.ShouldSerialize =
                (_, value) => value is string || (value is IEnumerable items && items.GetEnumerator().MoveNext());
    }
}
