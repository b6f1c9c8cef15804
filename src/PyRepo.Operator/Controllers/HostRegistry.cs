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
/// alone writes it, with the resourceVersion that it read, before any Ingress or HTTPRoute has the host. All times are
/// the API server's, so that no clock that is set, and no other leader, ends a hold early.
/// </summary>
sealed class HostRegistry(
    KubernetesClient client, ClusterCache cache, OperatorSettings settings, KnownNamespaces namespaces,
    HostJournal journal)
{
    const int MaxTries = 5;

    readonly ObjectKey _key = new(settings.OperatorNamespace, HostRegistrations.Name);
    readonly TimeSpan _hold = settings.Ingress.HostHold;
    readonly SemaphoreSlim _writing = new(1);
    readonly Lock _lock = new();
    readonly HashSet<(string Host, string Namespace)> _requested = [];
    volatile HostRegistrations? _known;
    HostRegistrations? _told;

    /// <summary>The number of hosts that a resource names, or that are held; 0 until they are read.</summary>
    public int Count(bool isHeld) => _known?.Hosts.Values.Count(host => host.UnusedSince is not null == isHeld) ?? 0;

    /// <summary>Whether it has no room for another host.</summary>
    public bool IsFull => _known?.IsFull is true;

    /// <summary>Whom a host belongs to; null: nobody, or its hold has ended.</summary>
    public async Task<HostRegistration?> FindAsync(string host, CancellationToken cancellationToken)
    {
        var known = (await ReadAsync(cancellationToken)).Hosts.GetValueOrDefault(host);
        return known is null || await HasEndedAsync(host, known, cancellationToken) ? null : known;
    }

    /// <summary>Until when a host is held for its namespace; null: a resource there names it.</summary>
    public DateTimeOffset? HeldUntil(string host, HostRegistration known) =>
        IsUsed(host, known) ? null : known.HeldUntil(_hold);

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
            await UpdateAsync(async known =>
            {
                var ended = await EndedAsync(known, host => requested.Any(r => r.Item1 == host), cancellationToken);
                return known.Without(ended).With(requested);
            }, cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>
    /// Writes down which hosts of a namespace none of its resources names any more, or names again. Their hold begins
    /// now, once: it is written down, so another leader goes on with it.
    /// </summary>
    /// <exception cref="KubernetesException">The API server can't do it now.</exception>
    /// <exception cref="IOException">Somebody else changes the ConfigMap again and again.</exception>
    public async Task NoteUseAsync(string? ns, CancellationToken cancellationToken)
    {
        // Without a view of all namespaces, the administrator's list alone says whose a host is.
        if (cache.AllIngresses is null || WithUse(await ReadAsync(cancellationToken), ns) == _known)
            return;
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await UpdateAsync(known => Task.FromResult(WithUse(known, ns)), cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>
    /// Looks at all hosts: resources and namespaces may have gone, or holds ended, while nobody led or looked.
    /// </summary>
    /// <inheritdoc cref="NoteUseAsync"/>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        if (cache.AllIngresses is null)
            return;
        await _writing.WaitAsync(cancellationToken);
        try
        {
            // While nobody here writes, what is read now is the newest: what others changed is told, too.
            _known = null;
            Tell(await ReadAsync(cancellationToken));
            await UpdateAsync(async known =>
            {
                var used = WithUse(known, ns: null);
                return used.Without(await EndedAsync(used, _ => true, cancellationToken));
            }, cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    async Task<ImmutableArray<string>> EndedAsync(
        HostRegistrations known, Func<string, bool> isConcerned, CancellationToken cancellationToken)
    {
        var ended = ImmutableArray.CreateBuilder<string>();
        foreach (var (host, registration) in known.Hosts.Where(entry => isConcerned(entry.Key)))
        {
            if (await HasEndedAsync(host, registration, cancellationToken))
                ended.Add(host);
        }
        return ended.ToImmutable();
    }

    async Task<bool> HasEndedAsync(string host, HostRegistration known, CancellationToken cancellationToken) =>
        known.HeldUntil(_hold) is { } until && IsUnused(host, known)
        && (until <= client.ServerTime || !await namespaces.ExistsAsync(known.Namespace, cancellationToken));

    bool IsUsed(string host, HostRegistration known) => cache.Resources.Values.Any(
        kind => kind.ByIndex(ClusterCache.ByHost, host).Any(r => r.Metadata.Namespace == known.Namespace));

    /// <summary>Also a resource of which only the metadata are kept may name it.</summary>
    /// <remarks>Looks twice: a spec that is read in between names its hosts from then on.</remarks>
    bool IsUnused(string host, HostRegistration known) =>
        !IsUsed(host, known) && cache.Count.KnowsSpecs(known.Namespace) && !IsUsed(host, known);

    HostRegistrations WithUse(HostRegistrations known, string? ns)
    {
        var own = known.Hosts.Where(entry => ns is null || entry.Value.Namespace == ns).ToList();
        var again = own.Where(entry => entry.Value.UnusedSince is not null && IsUsed(entry.Key, entry.Value))
            .Select(entry => entry.Key);
        var gone = own.Where(entry => entry.Value.UnusedSince is null && IsUnused(entry.Key, entry.Value))
            .Select(entry => entry.Key);
        var used = known.WithUse(again, null);
        return _hold == TimeSpan.Zero ? used.Without(gone) : used.WithUse(gone, client.ServerTime);
    }

    ImmutableArray<(string Host, string Namespace)> TakeRequested()
    {
        lock (_lock)
        {
            ImmutableArray<(string, string)> taken = [.. _requested];
            _requested.Clear();
            return taken;
        }
    }

    /// <summary>Reads the registrations if they are not known, or were changed by somebody else.</summary>
    async Task<HostRegistrations> ReadAsync(CancellationToken cancellationToken)
    {
        if (_known is { } known && known.Version == cache.ReferencedConfigMaps.Find(_key)?.Metadata.ResourceVersion)
            return known;
        var found = await client.GetAsync(ResourceTypes.ConfigMaps, _key, cancellationToken);
        return _known = found is null ? HostRegistrations.Empty : HostRegistrations.From(found);
    }

    async Task UpdateAsync(
        Func<HostRegistrations, Task<HostRegistrations>> change, CancellationToken cancellationToken)
    {
        for (var attempt = 1; !await TryWriteAsync(change, cancellationToken); attempt++)
        {
            if (attempt == MaxTries)
                throw new IOException($"The ConfigMap {_key} keeps being changed by someone else.");
        }
    }

    /// <summary>Returns false if somebody else changed the ConfigMap meanwhile.</summary>
    async Task<bool> TryWriteAsync(
        Func<HostRegistrations, Task<HostRegistrations>> change, CancellationToken cancellationToken)
    {
        var before = await ReadAsync(cancellationToken);
        var after = await change(before);
        if (after == before)
            return true;
        try
        {
            var written = before.Version is null
                ? await client.CreateAsync(ResourceTypes.ConfigMaps, New(after), cancellationToken)
                : await client.PatchAsync(ResourceTypes.ConfigMaps, _key, Patch(before, after), cancellationToken);
            _told ??= before;
            Tell(_known = HostRegistrations.From(written), written.Metadata.Uid);
            return true;
        }
        catch (KubernetesException error) when (error.IsConflict || error.IsNotFound)
        {
            _known = null;
            return false;
        }
    }

    /// <summary>Tells what changed since the last time, whoever did it.</summary>
    void Tell(HostRegistrations now, string? uid = null)
    {
        var changes = HostChange.Between(_told ?? now, now, _hold, client.ServerTime);
        _told = now;
        journal.Write(changes, new ObjectReference
        {
            ApiVersion = "v1",
            Kind = ResourceTypes.ConfigMaps.Kind,
            Namespace = _key.Namespace,
            Name = HostRegistrations.Name,
            Uid = uid ?? cache.ReferencedConfigMaps.Find(_key)?.Metadata.Uid,
        }, _hold);
    }

    ConfigMap New(HostRegistrations registrations) => new()
    {
        Metadata = new()
        {
            Name = _key.Name,
            Namespace = _key.Namespace,
            Labels = ChildMetadata.Texts((ChildMetadata.ManagedByLabel, ChildMetadata.Manager)),
        },
        Data = registrations.Hosts.ToImmutableSortedDictionary(entry => entry.Key, entry => entry.Value.ToString()),
    };

    static JsonObject Patch(HostRegistrations before, HostRegistrations after)
    {
        var data = new JsonObject();
        foreach (var (host, registration) in after.Hosts.Where(e => before.Hosts.GetValueOrDefault(e.Key) != e.Value))
            data[host] = registration.ToString();
        foreach (var host in before.Hosts.Keys.Where(host => after.GetNamespace(host) is null))
            data[host] = null;
        return new() { ["metadata"] = new JsonObject { ["resourceVersion"] = before.Version }, ["data"] = data };
    }
}
