using Microsoft.Extensions.Logging;
using System.Security.Cryptography;
using PyRepo.Resources;
using PyRepo.Resources.Manifests;
using PyRepo.Server.Access;
using PyRepo.Server.Caching;
using PyRepo.Server.Configuration;
using PyRepo.Server.Groups;
using PyRepo.Server.Repositories;
using PyRepo.Server.Upstream;

namespace PyRepo.Server.Hosting;

/// <summary>The members of a group that other servers serve. They are kept as long as nothing about them changes.</summary>
sealed class RemoteMembers(MemoryBudget budget, TimeProvider clock, ILoggerFactory loggers) : IAsyncDisposable
{
    readonly Dictionary<ObjectName, (string Fingerprint, MemberRepository Repository)> _members = [];
    readonly List<MemberRepository> _retired = [];
    readonly ILogger _logger = loggers.CreateLogger("PyRepo.Members");

    /// <summary>The member, if another server serves it. Without a signing key nothing can be asked of it.</summary>
    public IRepository? Find(Resource resource, ServerConfiguration configuration)
    {
        var name = new ObjectName(resource.Metadata.Namespace, resource.Metadata.Name);
        if (!configuration.RemoteMembers.TryGetValue(name, out var url))
            return null;
        if (SigningKey.TokensOf(resource, configuration, clock) is not { } tokens
            || SigningKey.CurrentOf(resource, configuration) is not { } key)
        {
            return new UnavailableRepository(clock.GetUtcNow());
        }
        var fingerprint = $"{resource.Kind} {url} {Convert.ToHexStringLower(SHA256.HashData(key))}";
        if (_members.TryGetValue(name, out var known) && known.Fingerprint == fingerprint)
            return known.Repository;
        var client = new SimpleClient(SettingsOf(url, SigningKey.AudienceOf(resource), tokens, fingerprint), clock, _logger);
        var remote = new MemberRepository(
            new UpstreamRepository(client, budget, clock), isHosted: resource is PythonRepository, clock);
        remote.Start();
        if (known.Repository is not null)
            _retired.Add(known.Repository);
        _members[name] = (fingerprint, remote);
        return remote;
    }

    /// <summary>Lets go of members that are no longer.</summary>
    public async Task CloseOthersAsync(ServerConfiguration configuration)
    {
        foreach (var (name, member) in _members.Where(m => !configuration.RemoteMembers.ContainsKey(m.Key)).ToList())
        {
            _members.Remove(name);
            _retired.Add(member.Repository);
        }
        foreach (var repository in _retired)
            await repository.DisposeAsync();
        _retired.Clear();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var (_, repository) in _members.Values)
            await repository.DisposeAsync();
    }

    /// <summary>A member is asked each time, whatever became of the last request; its answers are one project's each.</summary>
    static UpstreamSettings SettingsOf(Uri url, string audience, MemberTokens tokens, string fingerprint) => new()
    {
        Name = $"The member '{audience}'",
        Url = new Uri(url, "simple/"),
        SignToken = project => tokens.Sign(audience, null, AccessAction.Read, project?.Value),
        Timeout = TimeSpan.FromSeconds(30),
        ConnectTimeout = TimeSpan.FromSeconds(5),
        MaxConnections = int.MaxValue,
        FollowsRedirects = false,
        UsesCircuitBreaker = false,
        // The operator says where members are.
        EgressPolicy = new EgressPolicy(inCluster: false, apiServers: [], allowed: []),
        Fingerprint = fingerprint,
    };
}
