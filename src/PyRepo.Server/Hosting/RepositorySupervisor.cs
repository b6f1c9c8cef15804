using System.Collections.Frozen;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using PyRepo.Resources;
using PyRepo.Resources.Serving;
using PyRepo.Server.Access;
using PyRepo.Server.Caching;
using PyRepo.Server.Configuration;
using PyRepo.Server.Groups;
using PyRepo.Server.Metrics;

namespace PyRepo.Server.Hosting;

/// <summary>Makes what runs agree with a configuration: opens what is new, changes what is there, closes what is gone.</summary>
sealed class RepositorySupervisor(
    ServeOptions options, RepositoryRegistry served, MemoryBudget budget, TimeProvider clock, ILoggerFactory loggers)
    : IAsyncDisposable
{
    readonly Dictionary<string, RepositoryHost> _running = new(StringComparer.Ordinal);
    readonly RemoteMembers _remote = new(budget, clock, loggers);
    readonly Dictionary<string, RequestCounts> _requests = new(StringComparer.Ordinal);

    /// <summary>The configuration in force.</summary>
    public ServerConfiguration? InForce { get; private set; }

    /// <summary>What runs, by name. Groups are not among it: they have nothing of their own.</summary>
    public ImmutableDictionary<string, RepositoryHost> Running { get; private set; } =
        ImmutableDictionary<string, RepositoryHost>.Empty;

    /// <summary>Puts a configuration in force. It must have no problems.</summary>
    public async Task ApplyAsync(ServerConfiguration configuration)
    {
        var resources = configuration.Manifests.Resources;
        await CloseAsync(_running.Where(r => !resources.Any(now => IsServedBy(now, r.Key, r.Value))).Select(r => r.Key).ToList());
        var now = new Dictionary<string, RepositoryRegistration>(StringComparer.Ordinal);
        foreach (var resource in resources.Where(r => r is not RepositoryGroup))
        {
            now[resource.Metadata.Name] = _remote.Find(resource, configuration) is { } remote
                ? CreateRegistration(resource, configuration) with { Repository = remote }
                : await ServeAsync(resource, configuration);
        }
        await _remote.CloseOthersAsync(configuration);
        foreach (var group in resources.OfType<RepositoryGroup>())
            ServeGroup(group, resources, configuration, now);
        served.Replace(
            options.Root is null ? now.Values : now.Values.Where(r => r.Name == options.Root),
            options.Root is null ? null : now.GetValueOrDefault(options.Root));
        Running = _running.ToImmutableDictionary();
        InForce = configuration;
    }

    /// <summary>Why a resource is not served; null: it is.</summary>
    public static string? UnavailableReason(Resource resource) => !SupportedFields.CanServe(resource) ? "is not supported yet"
        : resource.Spec().Suspend ? "is suspended"
        : null;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync([.. _running.Keys]);
        await _remote.DisposeAsync();
    }

    static bool IsServedBy(Resource resource, string name, RepositoryHost running) =>
        resource.Metadata.Name == name && resource.Kind == running.Kind && UnavailableReason(resource) is null;

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
        var place = CreateRegistration(resource, configuration);
        if (UnavailableReason(resource) is not null)
            return place;
        if (resource is ProxyRepository proxy)
        {
            var settings = UpstreamReader.Read(proxy, configuration, out _);
            var cache = await RunAsync(proxy, configuration, folder => new ProxyHost(
                folder, proxy.Metadata.Name, settings, budget, clock, loggers.CreateLogger($"PyRepo.Proxy.{proxy.Metadata.Name}")));
            cache.Use(proxy.Spec, settings);
            return place with { Repository = cache.Repository };
        }
        var hosted = (PythonRepository)resource;
        var storage = await RunAsync(hosted, configuration, folder => new HostedHost(
            folder, hosted.Metadata.Name, budget, clock, loggers.CreateLogger($"PyRepo.Hosted.{hosted.Metadata.Name}")));
        storage.Hosted.Overwrite = hosted.Spec.Uploads.Overwrite;
        return place with { Repository = storage.Repository, Uploads = storage.Hosted, MaxFileSize = hosted.Spec.Uploads.MaxFileSize };
    }

    async Task<T> RunAsync<T>(Resource resource, ServerConfiguration configuration, Func<string, T> create)
        where T : RepositoryHost
    {
        var name = resource.Metadata.Name;
        if (_running.TryGetValue(name, out var running))
            return (T)running;
        var created = create(configuration.FolderOf(resource, options.Data));
        _running[name] = created;
        await created.StartAsync();
        return created;
    }

    /// <summary>Serves a group, after the groups that are its members. Loops were refused before.</summary>
    void ServeGroup(
        RepositoryGroup group, ImmutableArray<Resource> resources, ServerConfiguration configuration,
        Dictionary<string, RepositoryRegistration> now)
    {
        if (now.ContainsKey(group.Metadata.Name))
            return;
        foreach (var inner in MembersOf(group, resources).Select(m => m.Resource).OfType<RepositoryGroup>())
            ServeGroup(inner, resources, configuration, now);
        var place = CreateRegistration(group, configuration);
        if (UnavailableReason(group) is not null)
        {
            now[group.Metadata.Name] = place;
            return;
        }
        // A member that is declared and not here can't tell anything; nobody may go past it.
        var members = group.Spec.Members.Select(m => now.GetValueOrDefault(m.Name)).OfType<RepositoryRegistration>().ToList();
        var target = string.IsNullOrEmpty(group.Spec.UploadTo) ? null : now.GetValueOrDefault(group.Spec.UploadTo);
        now[group.Metadata.Name] = place with
        {
            Repository = RepositoryOf(group, group.Spec.Reserved, resources, now),
            Access = group.Spec.Access?.Grants is { } grants ? new AccessPolicy(grants) : AccessPolicy.LeftToMembers,
            Members = members.Concat(members.SelectMany(m => m.Members.Values)).DistinctBy(m => m.Name).ToFrozenDictionary(m => m.Name),
            Uploads = target?.Uploads,
            UploadsThrough = target is null ? [] : [target.Name, .. target.UploadsThrough],
            MaxFileSize = target?.MaxFileSize ?? RepositoryRegistration.UsualMaxFileSize,
        };
    }

    /// <summary>A group, in which the names that a group around it reserves are reserved, too.</summary>
    GroupRepository RepositoryOf(
        RepositoryGroup group, IEnumerable<string> reserved, ImmutableArray<Resource> resources,
        Dictionary<string, RepositoryRegistration> now)
    {
        var names = reserved.ToImmutableArray();
        var members = MembersOf(group, resources).Select(member => new Member(
            member.Name,
            member.Resource switch
            {
                RepositoryGroup inner => RepositoryOf(inner, inner.Spec.Reserved.Concat(names), resources, now),
                null => new UnavailableRepository(clock.GetUtcNow()),
                _ => now[member.Name].Repository,
            },
            IsProxy: member.Resource is ProxyRepository));
        return new GroupRepository([.. members], group.Spec.Resolution, names);
    }

    static IEnumerable<(string Name, Resource? Resource)> MembersOf(
        RepositoryGroup group, ImmutableArray<Resource> resources) =>
        group.Spec.Members.Select(m => (m.Name, resources.FirstOrDefault(r =>
            r.Metadata.Name == m.Name && r.Metadata.Namespace == group.Metadata.Namespace)));

    /// <summary>A resource's place, access and users; what is served is the caller's to fill in, until then it is closed.</summary>
    RepositoryRegistration CreateRegistration(Resource resource, ServerConfiguration configuration)
    {
        var (name, spec) = (resource.Metadata.Name, resource.Spec());
        return new RepositoryRegistration
        {
            Name = name,
            BasePath = options.Root is null ? $"/{name}/" : WithSlash(spec.Ingress?.Path ?? "/"),
            DeclaredOrigin = options.Root is null || spec.Ingress?.Host is not { Length: > 0 } host
                ? null
                : $"{(spec.Ingress.Tls is null ? "http" : "https")}://{host}",
            TrustsForwarded = options.Root is not null,
            Unavailable = UnavailableReason(resource),
            Repository = new UnavailableRepository(clock.GetUtcNow()),
            Access = spec.Access?.Grants is { } grants ? new AccessPolicy(grants) : AccessPolicy.Default,
            Tokens = SigningKey.TokensOf(resource, configuration, clock),
            Audience = SigningKey.AudienceOf(resource),
            Passwords = new PasswordVerifier(UsersOf(resource, spec, configuration), clock),
            Requests = _requests.GetValueOrDefault(name) ?? (_requests[name] = new RequestCounts()),
        };
    }

    UserDirectory UsersOf(Resource resource, ServedSpec spec, ServerConfiguration configuration)
    {
        var name = resource.Metadata.Name;
        if (spec.Access?.UsersSecretRef is { } users)
        {
            return configuration.FindSecret(resource, users.Name) is { } secret
                ? UserDirectory.Read(secret, out _)
                : UserDirectory.Empty;
        }
        // Only where something can be uploaded somebody needs a password.
        if (spec.Access is not null || resource is not PythonRepository)
            return UserDirectory.Empty;
        if (!configuration.IsMounted)
            return UserDirectory.Single(CredentialsFile.User, CredentialsFile.ReadOrCreate(options.Data, name));
        return configuration.FindSecret(resource, $"{name}-credentials") is { } generated
            ? UserDirectory.ReadGenerated(generated)
            : UserDirectory.Empty;
    }

    static string WithSlash(string path) => path.EndsWith('/') ? path : path + "/";
}
