using System.Collections.Immutable;
using PyRepo.Operator.Settings;
using PyRepo.Resources.Serving;
using PyRepo.Resources.Values;

namespace PyRepo.Operator.Manifests;

/// <summary>
/// The decisions of a resource and the administrator about the server's pods: the resource's value replaces the
/// default, but maps are merged by key.
/// </summary>
static class ServerPods
{
    public static ServerPodSpec From(ServerSpec own, ServerSettings defaults) => own with
    {
        Resources = Merge(own.Resources, defaults.Resources),
        ImagePullSecrets = own.ImagePullSecrets ?? defaults.ImagePullSecrets,
        NodeSelector = Merge(own.NodeSelector, defaults.NodeSelector),
        Tolerations = own.Tolerations ?? defaults.Tolerations,
        Affinity = own.Affinity ?? defaults.Affinity,
        TopologySpreadConstraints = own.TopologySpreadConstraints ?? defaults.TopologySpreadConstraints,
        PriorityClassName = own.PriorityClassName ?? defaults.PriorityClassName,
        PodLabels = Merge(own.PodLabels, defaults.PodLabels),
        PodAnnotations = Merge(own.PodAnnotations, defaults.PodAnnotations),
    };

    /// <summary>
    /// The same with the memory that is recommended, if the resource asks for that. It never becomes less, and pods
    /// without a limit get none: that would be a bound where there was no other than the node's.
    /// </summary>
    public static ServerPodSpec WithMemory(ServerPodSpec pods, AutoMemorySpec? auto, Quantity? recommended)
    {
        if (auto is null || recommended is not { } wanted || GetLimit(pods) is not { } limit)
            return pods;
        var amount = wanted < auto.Max ? wanted : auto.Max;
        // Who writes as much has what was recommended, which then goes: its request must not change twice.
        if (limit >= amount)
            return pods;
        return pods with
        {
            Resources = new()
            {
                Requests = Merge(Memory(amount), pods.Resources.Requests),
                Limits = Merge(Memory(amount), pods.Resources.Limits),
            },
        };
    }

    /// <summary>The memory limit; null: none.</summary>
    public static Quantity? GetLimit(ServerPodSpec pods) =>
        pods.Resources.Limits.TryGetValue(MemoryName, out var limit) ? limit : null;

    static ValueDictionary<Quantity> Memory(Quantity amount) =>
        new(ImmutableSortedDictionary.Create<string, Quantity>(StringComparer.Ordinal).Add(MemoryName, amount));

    const string MemoryName = "memory";

    /// <summary>
    /// A default request may exceed the resource's limit, and a default limit be below its request. So each resource
    /// has both from the same side.
    /// </summary>
    static ResourceRequirements Merge(ResourceRequirements own, ResourceRequirements defaults)
    {
        var decided = own.Requests.Keys.Concat(own.Limits.Keys).ToHashSet(StringComparer.Ordinal);
        return new()
        {
            Requests = Merge(own.Requests, Without(decided, defaults.Requests)),
            Limits = Merge(own.Limits, Without(decided, defaults.Limits)),
        };
    }

    static IEnumerable<KeyValuePair<string, Quantity>> Without(
        HashSet<string> names, ValueDictionary<Quantity> amounts) => amounts.Where(a => !names.Contains(a.Key));

    static ValueDictionary<T> Merge<T>(ValueDictionary<T> own, IEnumerable<KeyValuePair<string, T>> defaults) =>
        new(ImmutableSortedDictionary.Create<string, T>(StringComparer.Ordinal).SetItems(defaults).SetItems(own));
}
