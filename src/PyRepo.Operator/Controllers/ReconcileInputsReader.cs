using System.Collections.Immutable;
using System.Security.Cryptography;
using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Kubernetes.Objects.Networking;
using PyRepo.Kubernetes.Objects.Snapshots;
using PyRepo.Kubernetes.Objects.Storage;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Status;
using PyRepo.Resources;

namespace PyRepo.Operator.Controllers;

/// <summary>Reads the inputs that a resource's children depend on.</summary>
sealed class ReconcileInputsReader(
    ClusterCache cache, HostRegistry hosts, ServiceAccountIssuerReader issuer, ApiServerReader apiServers,
    KubernetesClient client, TimeProvider clock)
{
    const string DefaultStorageClass = "storageclass.kubernetes.io/is-default-class";
    const string DefaultIngressClass = "ingressclass.kubernetes.io/is-default-class";
    const int PasswordBytes = 16;

    /// <summary>Reads the inputs as they are now.</summary>
    public async Task<ReconcileInputs> ReadAsync(DeclaredResource resource, CancellationToken cancellationToken)
    {
        var key = new ObjectKey(resource.Namespace, resource.Name);
        var pvc = await FindPersistentVolumeClaimAsync(resource, cancellationToken);
        var members = GetMembers(resource);
        ImmutableArray<DeclaredResource> nameConflicts =
        [
            .. CustomTypes.All.Where(type => type.Kind != resource.Kind)
                .Select(type => cache.Find(type.Kind, key)).OfType<DeclaredResource>(),
        ];
        return new ReconcileInputs
        {
            Now = clock.GetUtcNow(),
            ServerTime = client.ServerTime,
            Members = members,
            NameConflicts = nameConflicts,
            ClaimRivals = ClaimRivals(resource),
            NameOwner = nameConflicts.IsEmpty ? null : await FindNameOwnerAsync(resource, cancellationToken),
            PreviousOwnerExists =
                TakeOver.GetPreviousOwner(resource) is { } previous && cache.Find(resource.Kind, previous) is { } owner
                && TakeOver.MayUseDataOf(resource, owner),
            SecretsDigest = GetNote(resource, Annotations.Secrets),
            MetSigningKeyRequest = GetNote(resource, Annotations.MetSigningKeyRequest),
            FreshPassword = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(PasswordBytes)),
            FreshKey = RandomNumberGenerator.GetBytes(SigningKeyManifest.KeyBytes),
            PersistentVolumeClaim = pvc,
            StorageClass = GetStorageClass(resource, pvc),
            KnowsStorageClasses = cache.StorageClasses is not null,
            Deployment = cache.GetServer(resource),
            KnowsHttpRoutes = cache.KnowsHttpRoutes,
            KnowsVolumeSnapshots = cache.VolumeSnapshots.IsServed,
            HasSnapshotClass = HasSnapshotClass(resource),
            Snapshots = [.. cache.VolumeSnapshots.ByIndex(ClusterCache.ByOwner, ResourceKey.From(resource).ToString())],
            RestoreSource = pvc is null ? await FindRestoreSourceAsync(resource, cancellationToken) : null,
            IngressClass = GetIngressClass(resource),
            RivalHosts = RivalHosts(resource),
            HostHolders = await ReadHostHoldersAsync(resource, cancellationToken),
            RoutedHosts = RoutedHosts(resource),
            ApiServers = await apiServers.FindAsync(cancellationToken),
            ServiceAccounts = await FindIssuerAsync(resource, members, cancellationToken),
        };
    }

    /// <summary>The versions of those inputs that no informer watches.</summary>
    public static string GetUnwatched(ReconcileInputs inputs) =>
        GetVersions(inputs.ApiServers, inputs.ServiceAccounts);

    /// <summary>The same, as they are now.</summary>
    public async Task<string> ReadUnwatchedAsync(DeclaredResource resource, CancellationToken cancellationToken) =>
        GetVersions(
            await apiServers.FindAsync(cancellationToken),
            await FindIssuerAsync(resource, GetMembers(resource), cancellationToken));

    static string GetVersions(ImmutableArray<string> apiServers, ServiceAccountIssuer? issuer) =>
        $"{string.Join(' ', apiServers)} {issuer?.Version}";

    /// <summary>Returns the operator's note on the resource's ServiceAccount; null: there is none.</summary>
    string? GetNote(DeclaredResource resource, string annotation) =>
        cache.ServiceAccounts.Find(new(resource.Namespace, ChildNames.ServiceAccount(resource.Name))) is { } account
        && Ownership.IsOwnedBy(account.Metadata, resource)
            ? account.Metadata.Annotations?.GetValueOrDefault(annotation)
            : null;

    /// <summary>
    /// The owner of the ServiceAccount, which is created before all other children. It is read from the API server:
    /// another resource of the name may have created it just now.
    /// </summary>
    async Task<string?> FindNameOwnerAsync(DeclaredResource resource, CancellationToken cancellationToken)
    {
        var key = new ObjectKey(resource.Namespace, ChildNames.ServiceAccount(resource.Name));
        var found = await client.GetAsync(ResourceTypes.ServiceAccounts, key, cancellationToken);
        return found?.Metadata.Controller?.Uid;
    }

    async Task<ServiceAccountIssuer?> FindIssuerAsync(
        DeclaredResource resource, ImmutableArray<DeclaredResource> members, CancellationToken cancellationToken) =>
        MountedConfiguration.AcceptsServiceAccounts(resource, members)
            ? await issuer.FindAsync(cancellationToken) : null;

    /// <summary>
    /// The desired claim, even if the resource asks for other storage now: its data would be forgotten. What
    /// was taken over once is still found when the annotation is gone.
    /// </summary>
    async Task<PersistentVolumeClaim?> FindPersistentVolumeClaimAsync(
        DeclaredResource resource, CancellationToken cancellationToken)
    {
        if (resource.Stored is not { } spec)
            return null;
        var key = new ObjectKey(resource.Namespace, PersistentVolumeClaimManifest.GetWantedName(resource));
        if (cache.PersistentVolumeClaims.Find(key) is { } pvc)
            return pvc;
        // One that somebody else made carries no label by which it is watched.
        if (spec.Storage.EffectivePersistentVolumeClaim is not null
            && await client.GetAsync(ResourceTypes.PersistentVolumeClaims, key, cancellationToken) is { } unlabeled)
        {
            return unlabeled;
        }
        return spec.Storage.EffectivePersistentVolumeClaim?.ExistingClaim is not null
            ? null
            : cache.PersistentVolumeClaims.InNamespace(resource.Namespace)
                .Where(c => Ownership.GetDataOwner(c.Metadata) == ResourceKey.From(resource))
                .MinBy(c => c.Metadata.Name, StringComparer.Ordinal);
    }

    async Task<VolumeSnapshot?> FindRestoreSourceAsync(
        DeclaredResource resource, CancellationToken cancellationToken)
    {
        if (resource.Stored?.Storage.RestoreFrom?.VolumeSnapshot is not { } name || !cache.VolumeSnapshots.IsServed)
            return null;
        var key = new ObjectKey(resource.Namespace, name);
        return await client.GetAsync(ResourceTypes.VolumeSnapshots, key, cancellationToken);
    }

    StorageClass? GetStorageClass(DeclaredResource resource, PersistentVolumeClaim? pvc) =>
        cache.StorageClasses is not { } classes
        ? null
        : (pvc?.Spec?.StorageClassName
            ?? resource.Stored?.Storage.EffectivePersistentVolumeClaim?.StorageClassName) is { } name
            ? classes.Find(new ObjectKey("", name))
            : classes.All.FirstOrDefault(c => IsDefault(c, DefaultStorageClass));

    bool? HasSnapshotClass(DeclaredResource resource) =>
        resource.Stored?.Backup?.To.VolumeSnapshotClassName is { } name
        && cache.SnapshotClasses is { IsServed: true } classes
            ? classes.Find(new ObjectKey("", name)) is not null
            : null;

    IngressClass? GetIngressClass(DeclaredResource resource) => cache.IngressClasses is not { } classes
        ? null
        : resource.Spec?.Ingress?.ClassName is { } name
            ? classes.Find(new ObjectKey("", name))
            : classes.All.FirstOrDefault(c => IsDefault(c, DefaultIngressClass));

    static bool IsDefault(KubernetesObject value, string annotation) =>
        value.Metadata.Annotations?.GetValueOrDefault(annotation) == "true";

    ImmutableArray<DeclaredResource> GetMembers(DeclaredResource resource)
    {
        var found = new Dictionary<(string, string), DeclaredResource>();
        Add(resource);
        return [.. found.Values];

        void Add(DeclaredResource of)
        {
            if (of.Resource is not RepositoryGroup group)
                return;
            foreach (var member in group.Spec.Members)
            {
                var kind = member.Kind.ToString();
                if ((kind, member.Name) == (resource.Kind, resource.Name) || found.ContainsKey((kind, member.Name))
                    || cache.Find(kind, new ObjectKey(resource.Namespace, member.Name)) is not { } declared)
                {
                    continue;
                }
                found.Add((kind, member.Name), declared);
                Add(declared);
            }
        }
    }

    /// <summary>
    /// Whom the hosts belong to that a resource names. Only an operator that may read all namespaces can tell.
    /// </summary>
    public async Task<ImmutableDictionary<string, HostHolder>> ReadHostHoldersAsync(
        DeclaredResource resource, CancellationToken cancellationToken)
    {
        var named = DeclaredHosts.Find(resource.Source).ToArray();
        if (named.Length == 0 || cache.AllIngresses is null)
            return ImmutableDictionary<string, HostHolder>.Empty;
        var holders = ImmutableDictionary.CreateBuilder<string, HostHolder>(StringComparer.Ordinal);
        foreach (var host in named)
        {
            var known = await hosts.FindAsync(host, cancellationToken);
            holders[host] = new HostHolder(known?.Namespace, cache.GetRouter(host))
            {
                HeldUntil = known is null ? null : hosts.HeldUntil(host, known),
            };
        }
        return holders.ToImmutable();
    }

    ImmutableArray<DeclaredResource> ClaimRivals(DeclaredResource resource) =>
        resource.Stored?.Storage.EffectivePersistentVolumeClaim?.ExistingClaim is not { } claim ? [] :
        [
            .. from informer in cache.Resources.Values
               from other in informer.ByIndex(ClusterCache.ByClaim, $"{resource.Namespace}/{claim}")
               where other.Metadata.Uid != resource.Uid
               select cache.Declared(other),
        ];

    ImmutableArray<HostClaim> RivalHosts(DeclaredResource resource) =>
    [
        .. from host in DeclaredHosts.Find(resource.Source)
           from informer in cache.Resources.Values
           from other in informer.ByIndex(ClusterCache.ByHost, host)
           where other.Metadata.Uid != resource.Uid && other.Metadata.DeletionTimestamp is null
           let declared = cache.Declared(other)
           from claimed in HostClaim.From(declared)
           where claimed.Host == host
           select claimed with { IsRouted = RoutedHosts(declared).Contains(host) },
    ];

    /// <summary>The hosts of a resource's Ingress or HTTPRoute.</summary>
    ImmutableArray<string> RoutedHosts(DeclaredResource resource)
    {
        var key = new ObjectKey(resource.Namespace, ChildNames.Server(resource.Name));
        return
        [
            .. GetHosts(cache.Ingresses.Find(key), ingress => ingress.Spec?.Rules?.Select(rule => rule.Host)),
            .. GetHosts(cache.HttpRoutes.Find(key), route => route.Spec?.Hostnames),
        ];

        IEnumerable<string> GetHosts<T>(T? route, Func<T, IEnumerable<string?>?> hostsOf)
            where T : KubernetesObject =>
            route is not null && Ownership.IsOwnedBy(route.Metadata, resource)
                ? (hostsOf(route) ?? []).OfType<string>().Select(DeclaredHosts.Lowercase) : [];
    }
}
