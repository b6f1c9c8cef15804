using System.Collections.Immutable;

namespace PyRepo.Operator.Settings;

/// <summary>Pods that resolve the cluster's names.</summary>
public sealed record DnsPeer
{
    /// <summary>Their namespace.</summary>
    public string Namespace { get; set; } = "";

    /// <summary>Their labels; empty: all pods of the namespace.</summary>
    public ImmutableSortedDictionary<string, string> PodLabels { get; set; } =
        ImmutableSortedDictionary<string, string>.Empty;
}
