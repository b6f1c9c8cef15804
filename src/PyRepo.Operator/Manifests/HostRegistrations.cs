using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using PyRepo.Kubernetes.Objects.Core;

namespace PyRepo.Operator.Manifests;

/// <summary>Which namespace each host is registered to, as one version of the registry's ConfigMap has it.</summary>
public sealed record HostRegistrations
{
    /// <summary>
    /// How large it may become. An object may have 1.5 MiB in etcd, with each key once more among its managed fields.
    /// </summary>
    public const int MaxBytes = 1_000_000;

    /// <summary>The name of the ConfigMap, in the operator's namespace.</summary>
    public const string Name = "pyrepo-hosts";

    /// <summary>There is no ConfigMap.</summary>
    public static readonly HostRegistrations Empty = new();

    /// <summary>The ConfigMap's resourceVersion; null: there is none.</summary>
    public string? Version { get; private init; }

    /// <summary>Host, in small letters, to whom it is registered.</summary>
    public ImmutableSortedDictionary<string, HostRegistration> Hosts { get; private init; } =
        ImmutableSortedDictionary.Create<string, HostRegistration>(StringComparer.Ordinal);

    /// <summary>Reads the registrations from a ConfigMap.</summary>
    public static HostRegistrations From(ConfigMap source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new HostRegistrations
        {
            Version = source.Metadata.ResourceVersion,
            Hosts = Empty.Hosts.SetItems(
                (source.Data ?? ImmutableSortedDictionary<string, string>.Empty)
                    .Select(line => KeyValuePair.Create(line.Key, HostRegistration.Parse(line.Value)))),
        };
    }

    /// <summary>The namespace that a host is registered to; null: none.</summary>
    public string? GetNamespace(string host) => Hosts.GetValueOrDefault(host)?.Namespace;

    /// <summary>Whether it takes no more hosts, whose they are.</summary>
    public bool IsFull => Hosts.Sum(GetSize) >= MaxBytes;

    /// <summary>
    /// Adds hosts. Skips those that are registered already, those beyond
    /// <see cref="HostAccess.MaxHostsPerNamespace"/>, and what it has no room for.
    /// </summary>
    /// <returns>The same object if nothing changes.</returns>
    public HostRegistrations With(IEnumerable<(string Host, string Namespace)> requested)
    {
        ArgumentNullException.ThrowIfNull(requested);
        var (hosts, size) = (Hosts, Hosts.Sum(GetSize));
        foreach (var (host, ns) in requested)
        {
            if (size >= MaxBytes || hosts.ContainsKey(host)
                || hosts.Count(h => h.Value.Namespace == ns) >= HostAccess.MaxHostsPerNamespace)
            {
                continue;
            }
            hosts = hosts.Add(host, new(ns));
            size += GetSize(KeyValuePair.Create(host, hosts[host]));
        }
        return hosts == Hosts ? this : this with { Hosts = hosts };
    }

    /// <summary>Says of hosts that resources name them, or since when none does.</summary>
    /// <returns>The same object if nothing changes.</returns>
    public HostRegistrations WithUse(IEnumerable<string> hosts, DateTimeOffset? unusedSince)
    {
        var changed = Hosts.SetItems(
            hosts.Select(host => KeyValuePair.Create(host, Hosts[host] with { UnusedSince = unusedSince })));
        return changed == Hosts ? this : this with { Hosts = changed };
    }

    /// <summary>Without some hosts.</summary>
    /// <returns>The same object if nothing changes.</returns>
    public HostRegistrations Without(IEnumerable<string> released)
    {
        var hosts = Hosts.RemoveRange(released);
        return hosts == Hosts ? this : this with { Hosts = hosts };
    }

    /// <summary>Returns the maximum size of a line: it always has room for the time since when it is unused.</summary>
    static int GetSize(KeyValuePair<string, HostRegistration> line) => (2 * Encoding.UTF8.GetByteCount(line.Key))
        + Encoding.UTF8.GetByteCount(line.Value.Namespace) + HostRegistration.Mark.Length + 40;
}

/// <summary>Whom a host is registered to, as a line of the registry's ConfigMap says it.</summary>
/// <param name="Namespace">The namespace.</param>
/// <param name="UnusedSince">Since when none of its resources names the host; null: one does.</param>
public sealed record HostRegistration(string Namespace, DateTimeOffset? UnusedSince = null)
{
    /// <summary>The text between the namespace and the time.</summary>
    public const string Mark = " unused since ";

    const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>
    /// Reads <c>NAMESPACE</c> or <c>NAMESPACE unused since TIME</c>. A time that can't be read counts from when the
    /// operator next looks.
    /// </summary>
    public static HostRegistration Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var at = text.IndexOf(Mark, StringComparison.Ordinal);
        if (at < 0)
            return new(text.Trim());
        var isTime = DateTimeOffset.TryParse(
            text.AsSpan(at + Mark.Length), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var since);
        return new(text[..at].Trim(), isTime ? since : null);
    }

    /// <summary>Until when it is held for its namespace though nothing names it; null: a resource names it.</summary>
    public DateTimeOffset? HeldUntil(TimeSpan hold) => UnusedSince is not { } since ? null
        : since < DateTimeOffset.MaxValue - hold ? since + hold
        : DateTimeOffset.MaxValue;

    /// <summary>A time as people and this record read it.</summary>
    public static string GetText(DateTimeOffset time) =>
        time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override string ToString() => UnusedSince is { } since ? Namespace + Mark + GetText(since) : Namespace;
}
