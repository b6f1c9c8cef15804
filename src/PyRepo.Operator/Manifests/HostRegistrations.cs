using System.Collections.Immutable;
using PyRepo.Kubernetes.Objects.Core;

namespace PyRepo.Operator.Manifests;

/// <summary>Which namespace each host is registered to, as one version of the registry's ConfigMap has it.</summary>
public sealed record HostRegistrations
{
    /// <summary>There is no ConfigMap.</summary>
    public static readonly HostRegistrations Empty = new();

    /// <summary>The ConfigMap's resourceVersion; null: there is none.</summary>
    public string? Version { get; private init; }

    /// <summary>Host, in small letters, to namespace.</summary>
    public ImmutableSortedDictionary<string, string> Hosts { get; private init; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>What a ConfigMap holds.</summary>
    public static HostRegistrations Of(ConfigMap source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new HostRegistrations
        {
            Version = source.Metadata.ResourceVersion,
            Hosts = Empty.Hosts.SetItems(source.Data ?? Empty.Hosts),
        };
    }

    /// <summary>The namespace that a host is registered to; null: none.</summary>
    public string? NamespaceOf(string host) => Hosts.GetValueOrDefault(host);

    /// <summary>
    /// Adds hosts. Skips those that are registered already, and those beyond
    /// <see cref="HostAccess.MaxHostsPerNamespace"/>.
    /// </summary>
    /// <returns>The same object if nothing changes.</returns>
    public HostRegistrations With(IEnumerable<(string Host, string Namespace)> requested)
    {
        ArgumentNullException.ThrowIfNull(requested);
        var hosts = Hosts;
        foreach (var (host, ns) in requested)
        {
            if (!hosts.ContainsKey(host) && hosts.Count(h => h.Value == ns) < HostAccess.MaxHostsPerNamespace)
                hosts = hosts.Add(host, ns);
        }
        return hosts == Hosts ? this : this with { Hosts = hosts };
    }

    /// <summary>Without some hosts.</summary>
    /// <returns>The same object if nothing changes.</returns>
    public HostRegistrations Without(IEnumerable<string> released)
    {
        var hosts = Hosts.RemoveRange(released);
        return hosts == Hosts ? this : this with { Hosts = hosts };
    }
}
