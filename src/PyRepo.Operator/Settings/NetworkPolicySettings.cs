using System.Collections.Immutable;

namespace PyRepo.Operator.Settings;

/// <summary>Whether, and how, connections of servers are restricted.</summary>
public sealed record NetworkPolicySettings
{
    /// <summary>Whether there is one.</summary>
    public bool Enabled { get; set; }

    /// <summary>Namespaces whose pods may read metrics, in addition to the operator's own.</summary>
    public ImmutableArray<string> MonitoringNamespaces { get; set; } = [];
}
