using System.Collections.Frozen;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using PyRepo.Downloads;
using PyRepo.Resources;
using PyRepo.Resources.Storage;
using PyRepo.Server.Access;
using PyRepo.Server.Content.Advisories;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Endpoints.Uploads;
using PyRepo.Server.Groups;
using PyRepo.Server.Platform.Background;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Serving.Backups;
using PyRepo.Server.Serving.Configuration;
using PyRepo.Server.Serving.Stores;

namespace PyRepo.Server.Serving.Runtime;

/// <summary>Applies a configuration: opens new repositories, updates running ones, and closes removed ones.</summary>
sealed class RepositorySupervisor(
    ServeOptions options, RepositoryRegistry served, MemoryBudget budget, BurnedTokens burned,
    TimeProvider clock, ILoggerFactory loggers)
    : IAsyncDisposable
{
    readonly Dictionary<string, RepositoryHost> _running = new(StringComparer.Ordinal);
    readonly SigningKeyHistory _keys = new(clock);
    AuthenticatorFactory? _authenticators;
    readonly StoreFactory _stores = new(options.Data, options.OwnPorts, clock);
    RemoteMembers? _remote;
    readonly Dictionary<string, RequestCounts> _requests = new(StringComparer.Ordinal);

    /// <summary>The configuration in effect.</summary>
    public ServerConfiguration? Current { get; private set; }

    /// <summary>
    /// The running repositories, by name. Groups are not included, because they have no data of their own.
    /// </summary>
    public ImmutableDictionary<string, RepositoryHost> Running { get; private set; } =
        ImmutableDictionary<string, RepositoryHost>.Empty;

    /// <summary>The background work that belongs to no single repository.</summary>
    public BackgroundLoops ServerLoops { get; } = new("", clock, loggers.CreateLogger("PyRepo.Background"));

    /// <summary>All background work.</summary>
    public IEnumerable<BackgroundLoop> Loops => ServerLoops.All.Concat(Running.Values.SelectMany(r => r.Loops.All));

    AuthenticatorFactory Authenticators => _authenticators ??= new(options, burned, _keys, clock, loggers);

    RemoteMembers Remote => _remote ??= new(budget, _keys, clock, ServerLoops, loggers);

    /// <summary>Puts a configuration into effect. It must have no problems.</summary>
    public async Task ApplyAsync(ServerConfiguration configuration)
    {
        var resources = configuration.Manifests.Resources;
        await CloseAsync(
            _running.Where(r => !resources.Any(now => IsServedBy(now, r.Key, r.Value, configuration)))
                .Select(r => r.Key).ToList());
        var now = new Dictionary<string, RepositoryRegistration>(StringComparer.Ordinal);
        foreach (var resource in resources.Where(r => r is not RepositoryGroup))
        {
            now[resource.Metadata.Name] = Remote.Find(resource, configuration) is { } remote
                ? CreateRegistration(resource, configuration, Remote.FindTokens(resource)) with
                {
                    Repository = remote,
                    Uploads = Remote.FindUploads(resource, configuration),
                    Statistics = Remote.FindStatistics(resource),
                    DownloadLog = Remote.FindDownloadLog(resource),
                    Advisories = (IAdvisoryIndex?)Remote.FindAdvisories(resource)
                        ?? new UnavailableAdvisories(resource.Metadata.Name),
                }
                : await ServeAsync(resource, configuration);
        }
        await Remote.CloseOthersAsync(configuration);
        foreach (var group in resources.OfType<RepositoryGroup>())
            ServeGroup(group, resources, configuration, now);
        served.Replace(
            options.Root is null ? now.Values : now.Values.Where(r => r.Name == options.Root),
            options.Root is null ? null : now.GetValueOrDefault(options.Root));
        Authenticators.RemoveOthers(now.Values);
        Running = _running.ToImmutableDictionary();
        Current = configuration;
    }

    /// <summary>Returns why a resource is not served, or null if it is served.</summary>
    public static string? UnavailableMessage(Resource resource) =>
        resource.Spec().Suspend ? "is suspended" : null;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync([.. _running.Keys]);
        await Remote.DisposeAsync();
        _authenticators?.Dispose();
    }

    static bool IsServedBy(
        Resource resource, string name, RepositoryHost running, ServerConfiguration configuration) =>
        resource.Metadata.Name == name && resource.Kind == running.Kind && UnavailableMessage(resource) is null
        && StoreFactory.GetFingerprint(resource, configuration) == running.Storage.Fingerprint
        && (running.Restore is not { IsFinished: false } restore || restore.IsFrom(resource.Storage()?.RestoreFrom));

    async Task CloseAsync(IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            await _running[name].DisposeAsync();
            _running.Remove(name);
        }
    }

    async Task<RepositoryRegistration> ServeAsync(Resource resource, ServerConfiguration configuration)
    {
        if (UnavailableMessage(resource) is not null)
            return CreateRegistration(resource, configuration);
        if (resource is ProxyRepository proxy)
        {
            var settings = UpstreamReader.Read(proxy, configuration, out _) with { OwnPorts = options.OwnPorts };
            var cache = await RunAsync(proxy, configuration, storage => new ProxyHost(
                storage, proxy.Metadata.Name, settings, budget, clock,
                loggers.CreateLogger($"PyRepo.Proxy.{proxy.Metadata.Name}")));
            await cache.UseAsync(
                proxy.Spec, settings, PolicyReader.Read(proxy, configuration),
                AdvisoriesReader.ReadOwn(proxy, configuration),
                TrustedRootReader.FindProvenance(proxy, configuration));
            return CreateRegistration(resource, configuration, cache.Tokens) with
            {
                Repository = cache.Repository,
                Mirror = cache.Mirror,
                Health = () => new RepositoryHealth(cache.Waiting)
                {
                    Upstream = settings.Url.Host,
                    IsUpstreamFailing = cache.Upstream.IsFailing,
                    LastSuccess = cache.Upstream.LastSuccess,
                },
                Statistics = cache.Statistics,
                DownloadLog = KeepingFor(resource, cache.DownloadLog),
                Advisories = cache.Advisories.AreUsed ? cache.Advisories : null,
                Replay = new CandidateReplay(cache, proxy, configuration),
            };
        }
        var hosted = (PythonRepository)resource;
        var host = await RunAsync(hosted, configuration, storage => new HostedHost(
            storage, hosted.Metadata.Name, budget, clock,
            loggers.CreateLogger($"PyRepo.Hosted.{hosted.Metadata.Name}")));
        host.Use(
            hosted.Spec, AdvisoriesReader.ReadOwn(hosted, configuration),
            AdvisoriesReader.GetSettings(hosted, configuration) with { OwnPorts = options.OwnPorts },
            TrustedRootReader.Find(hosted, configuration));
        return CreateRegistration(resource, configuration, host.Tokens) with
        {
            Repository = host.Repository,
            Hosted = host.Hosted,
            Uploads = new HostedUploadTarget(host.Hosted, hosted.Spec.Uploads.MaxFileSize, clock),
            Retention = host.Retention,
            Health = () => new RepositoryHealth(host.Waiting),
            Statistics = host.Statistics,
            DownloadLog = KeepingFor(resource, host.DownloadLog),
            Advisories = host.Advisories.AreUsed ? host.Advisories : null,
        };
    }

    /// <summary>Returns a log, which is kept as the resource's spec says now.</summary>
    static DownloadLog KeepingFor(Resource resource, DownloadLog log)
    {
        if (FindLogOwner(resource) is { } owner)
            log.Keep(owner);
        return log;
    }

    static LogOwner? FindLogOwner(Resource resource) => resource.Spec().DownloadLog is { KeepFor.Value: var keepFor }
        ? new LogOwner(resource.Metadata.Name, keepFor)
        : null;

    async Task<T> RunAsync<T>(Resource resource, ServerConfiguration configuration, Func<RepositoryStore, T> create)
        where T : RepositoryHost
    {
        var name = resource.Metadata.Name;
        if (_running.TryGetValue(name, out var running))
        {
            running.Storage.UseKeys(configuration);
            await UseBackupsAsync(running, resource, configuration);
            return (T)running;
        }
        RequireData();
        var created = create(_stores.Create(resource, configuration));
        _running[name] = created;
        if (resource.Storage()?.RestoreFrom is { Bucket: { } backups } restore)
            created.RestoreFrom(_stores.CreateRestoreSource(resource, backups, configuration), restore);
        await created.StartAsync();
        await UseBackupsAsync(created, resource, configuration);
        return created;
    }

    async Task UseBackupsAsync(RepositoryHost host, Resource resource, ServerConfiguration configuration)
    {
        host.Restore?.UseKeys(configuration);
        var spec = resource.Backup();
        var bucket = spec?.To.Bucket;
        var request = resource.Metadata.Annotations.GetValueOrDefault(BackupRequest.Annotation);
        await host.Backups.UseAsync(
            bucket is null ? null : spec,
            () => BackupLayout.AsBackups(_stores.CreateBackups(resource, bucket!, configuration)),
            bucket is null ? "" : BucketClients.GetFingerprint(resource, bucket, configuration),
            BackupRequest.From(request));
        // With keys that are of no use the fingerprint is another one, and so is the store by now.
        host.Backups.UseKeys(configuration);
    }

    /// <summary>
    /// Serves a group, after the groups that are its members. Groups with loops have already been rejected.
    /// </summary>
    void ServeGroup(
        RepositoryGroup group, ImmutableArray<Resource> resources, ServerConfiguration configuration,
        Dictionary<string, RepositoryRegistration> now)
    {
        if (now.ContainsKey(group.Metadata.Name))
            return;
        foreach (var inner in GetMembers(group, resources).Select(m => m.Resource).OfType<RepositoryGroup>())
            ServeGroup(inner, resources, configuration, now);
        var registration = CreateRegistration(group, configuration);
        if (UnavailableMessage(group) is not null)
        {
            now[group.Metadata.Name] = registration;
            return;
        }
        // A member that is declared but not served is unavailable. The group must never skip it.
        var members =
            group.Spec.Members.Select(m => now.GetValueOrDefault(m.Name)).OfType<RepositoryRegistration>().ToList();
        var target = string.IsNullOrEmpty(group.Spec.UploadTo) ? null : now.GetValueOrDefault(group.Spec.UploadTo);
        var repository = GetRepository(group, group.Spec.Reserved, resources, now);
        if (registration.LogOwner is { } log)
        {
            foreach (var member in members.Concat(members.SelectMany(m => m.Members.Values)))
                (member.DownloadLog as DownloadLog)?.Keep(log);
        }
        now[group.Metadata.Name] = registration with
        {
            Repository = repository,
            Advisories = repository.Advisories,
            Access = GetPolicy(group) ?? AccessPolicy.LeftToMembers,
            Members = members.Concat(members.SelectMany(m => m.Members.Values)).DistinctBy(m => m.Name)
                .ToFrozenDictionary(m => m.Name),
            Reserved = [.. group.Spec.Reserved],
            Hosted = target?.Hosted,
            Uploads = target?.Uploads,
            UploadsThrough = target is null ? [] : [target.Name, .. target.UploadsThrough],
        };
    }

    /// <summary>Creates a group. Names that an outer group reserves are reserved in it, too.</summary>
    GroupRepository GetRepository(
        RepositoryGroup group, IEnumerable<string> reserved, ImmutableArray<Resource> resources,
        Dictionary<string, RepositoryRegistration> now)
    {
        var names = reserved.ToImmutableArray();
        var members = GetMembers(group, resources).Select(member => member.Resource switch
        {
            RepositoryGroup inner =>
                GetMember(member.Name, GetRepository(inner, inner.Spec.Reserved.Concat(names), resources, now)),
            null => new Member(member.Name, new UnavailableRepository(clock.GetUtcNow()), IsProxy: false)
            {
                Advisories = new UnavailableAdvisories(member.Name),
            },
            { } resource => new Member(member.Name, now[member.Name].Repository, resource is ProxyRepository)
            {
                Advisories = now[member.Name].Advisories,
            },
        });
        return new GroupRepository([.. members], group.Spec.Resolution, names)
        {
            Clock = clock,
            Logger = loggers.CreateLogger($"PyRepo.Group.{group.Metadata.Name}"),
        };
    }

    static Member GetMember(string name, GroupRepository inner) =>
        new(name, inner, IsProxy: false) { Advisories = inner.Advisories };

    static IEnumerable<(string Name, Resource? Resource)> GetMembers(
        RepositoryGroup group, ImmutableArray<Resource> resources) =>
        group.Spec.Members.Select(m => (m.Name, resources.FirstOrDefault(r =>
            r.Metadata.Name == m.Name && r.Metadata.Namespace == group.Metadata.Namespace)));

    /// <summary>
    /// Creates a registration with a resource's path, access and users. It is unavailable until the caller sets the
    /// repository to serve.
    /// </summary>
    RepositoryRegistration CreateRegistration(
        Resource resource, ServerConfiguration configuration, IApiTokenSource? tokens = null)
    {
        var (name, spec) = (resource.Metadata.Name, resource.Spec());
        var registration = new RepositoryRegistration
        {
            Name = name,
            Kind = resource.Kind,
            BasePath = options.Root is null ? $"/{name}/" : WithSlash(spec.Ingress?.Path ?? "/"),
            HasServerPage = options.Root is null,
            DeclaredHost = spec.Ingress?.Host,
            DeclaredOrigin = options.Root is null || spec.Ingress?.Host is not { Length: > 0 } host
                ? null
                : $"{(spec.Ingress.Tls is null ? "http" : "https")}://{host}",
            Unavailable = UnavailableMessage(resource),
            Advisories = AdvisoriesReader.FindSpec(resource) is null ? null : new UnavailableAdvisories(name),
            Repository = new UnavailableRepository(clock.GetUtcNow()),
            Access = GetPolicy(resource) ?? AccessPolicy.Default,
            LogOwner = FindLogOwner(resource),
            Tokens = tokens as TokenStore,
            Requests = _requests.GetValueOrDefault(name) ?? (_requests[name] = new RequestCounts()),
        };
        return Authenticators.AddTo(registration, resource, configuration, tokens);
    }

    static AccessPolicy? GetPolicy(Resource resource) =>
        resource.Spec().Access?.Grants is { } grants ? new AccessPolicy(grants, resource.Metadata.Namespace) : null;

    /// <summary>Throws if the data folder was removed. Only the start of the server creates it.</summary>
    void RequireData()
    {
        if (_running.Count > 0 && !Directory.Exists(options.Data))
            throw new DirectoryNotFoundException($"--data {options.Data}: the folder was removed.");
    }

    static string WithSlash(string path) => path.EndsWith('/') ? path : path + "/";
}
