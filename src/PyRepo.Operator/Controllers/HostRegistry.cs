using System.Collections.Immutable;
using System.Text.Json.Nodes;
using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Settings;

namespace PyRepo.Operator.Controllers;

/// <summary>
/// Which namespace each host belongs to: the ConfigMap <c>pyrepo-hosts</c> of the operator's namespace. The leader
/// alone writes it, with the resourceVersion that it read, before any Ingress or HTTPRoute has the host.
/// </summary>
sealed class HostRegistry(KubernetesClient client, ClusterCache cache, OperatorSettings settings)
{
    /// <summary>The name of the ConfigMap.</summary>
    public const string Name = "pyrepo-hosts";

    const int MaxTries = 5;

    readonly ObjectKey _key = new(settings.OperatorNamespace, Name);
    readonly SemaphoreSlim _writing = new(1);
    readonly Lock _lock = new();
    readonly HashSet<(string Host, string Namespace)> _requested = [];
    volatile HostRegistrations? _known;
    volatile bool _releasedAll;

    /// <summary>Raised for each host that a namespace let go.</summary>
    public event Action<string>? Released;

    /// <summary>Reads the registrations if they are not known, or were changed by somebody else.</summary>
    public async Task<HostRegistrations> ReadAsync(CancellationToken cancellationToken)
    {
        if (_known is { } known && known.Version == cache.ReferencedConfigMaps.Find(_key)?.Metadata.ResourceVersion)
            return known;
        var found = await client.GetAsync(ResourceTypes.ConfigMaps, _key, cancellationToken);
        return _known = found is null ? HostRegistrations.Empty : HostRegistrations.Of(found);
    }

    /// <summary>
    /// Registers hosts that are free to a namespace, as many as it may have. Those that many reconciles ask for at the
    /// same time are registered in one write.
    /// </summary>
    /// <exception cref="KubernetesException">The API server can't do it now.</exception>
    /// <exception cref="IOException">Somebody else changes the ConfigMap again and again.</exception>
    public async Task RegisterAsync(string ns, IReadOnlyCollection<string> hosts, CancellationToken cancellationToken)
    {
        var own = hosts.Select(host => (host, ns)).ToArray();
        lock (_lock)
            _requested.UnionWith(own);
        await _writing.WaitAsync(cancellationToken);
        try
        {
            // Another reconcile may have taken these with its own, and failed to write them.
            var requested = own.Concat(TakeRequested()).ToArray();
            await UpdateAsync(known => known.With(requested), cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>
    /// Lets go of the hosts of a namespace that none of its resources names, and the first time those of all
    /// namespaces: resources went while nobody led.
    /// </summary>
    /// <exception cref="KubernetesException">The API server can't do it now.</exception>
    /// <exception cref="IOException">Somebody else changes the ConfigMap again and again.</exception>
    public async Task ReleaseUnusedAsync(string? ns, CancellationToken cancellationToken)
    {
        // Without a view of all namespaces, the administrator's list alone says whose a host is.
        if (cache.AllIngresses is null)
            return;
        var concerned = _releasedAll ? ns : null;
        if (Unused(await ReadAsync(cancellationToken), concerned).Any())
            await ReleaseAsync(concerned, cancellationToken);
        _releasedAll = true;
    }

    async Task ReleaseAsync(string? ns, CancellationToken cancellationToken)
    {
        ImmutableArray<string> released = [];
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await UpdateAsync(now => now.Without(released = [.. Unused(now, ns)]), cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
        foreach (var host in released)
            Released?.Invoke(host);
    }

    IEnumerable<string> Unused(HostRegistrations known, string? ns) =>
        known.Hosts.Where(entry => (ns is null || entry.Value == ns) && !cache.Resources.Values.Any(
            kind => kind.ByIndex(ClusterCache.ByHost, entry.Key).Any(r => r.Metadata.Namespace == entry.Value)))
            .Select(entry => entry.Key);

    ImmutableArray<(string Host, string Namespace)> TakeRequested()
    {
        lock (_lock)
        {
            ImmutableArray<(string, string)> taken = [.. _requested];
            _requested.Clear();
            return taken;
        }
    }

    async Task UpdateAsync(Func<HostRegistrations, HostRegistrations> change, CancellationToken cancellationToken)
    {
        for (var attempt = 1; !await TryWriteAsync(change, cancellationToken); attempt++)
        {
            if (attempt == MaxTries)
                throw new IOException($"The ConfigMap {_key} is changed again and again by somebody else.");
        }
    }

    /// <summary>Returns false if somebody else changed the ConfigMap meanwhile.</summary>
    async Task<bool> TryWriteAsync(
        Func<HostRegistrations, HostRegistrations> change, CancellationToken cancellationToken)
    {
        var before = await ReadAsync(cancellationToken);
        var after = change(before);
        if (after == before)
            return true;
        try
        {
            _known = HostRegistrations.Of(before.Version is null
                ? await client.CreateAsync(ResourceTypes.ConfigMaps, New(after), cancellationToken)
                : await client.PatchAsync(
                    ResourceTypes.ConfigMaps, _key, Patch(before, after), cancellationToken));
            return true;
        }
        catch (KubernetesException error) when (error.IsConflict || error.IsNotFound)
        {
            _known = null;
            return false;
        }
    }

    ConfigMap New(HostRegistrations registrations) => new()
    {
        Metadata = new()
        {
            Name = _key.Name,
            Namespace = _key.Namespace,
            Labels = ChildMetadata.Texts((ChildMetadata.ManagedByLabel, ChildMetadata.Manager)),
        },
        Data = registrations.Hosts,
    };

    static JsonObject Patch(HostRegistrations before, HostRegistrations after)
    {
        var data = new JsonObject();
        foreach (var (host, ns) in after.Hosts.Where(entry => before.NamespaceOf(entry.Key) != entry.Value))
            data[host] = ns;
        foreach (var host in before.Hosts.Keys.Where(host => after.NamespaceOf(host) is null))
            data[host] = null;
        return new() { ["metadata"] = new JsonObject { ["resourceVersion"] = before.Version }, ["data"] = data };
    }
}
