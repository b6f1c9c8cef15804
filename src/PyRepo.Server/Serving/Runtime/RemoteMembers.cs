using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using PyRepo.Egress;
using PyRepo.Resources;
using PyRepo.Resources.Manifests;
using PyRepo.Server.Access;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Uploads;
using PyRepo.Server.Groups;
using PyRepo.Server.Platform.Background;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Platform.Limits;
using PyRepo.Server.Proxies.Upstream;
using PyRepo.Server.Serving.Configuration;

namespace PyRepo.Server.Serving.Runtime;

/// <summary>
/// The members of a group that other servers serve. A member is reused as long as nothing about it changes.
/// </summary>
sealed class RemoteMembers(
    MemoryBudget budget, SigningKeyHistory keys, TimeProvider clock, BackgroundLoops loops, ILoggerFactory loggers)
    : IAsyncDisposable
{
    /// <summary>To erase a caller from a large log takes time.</summary>
    static readonly TimeSpan _auditTimeout = TimeSpan.FromMinutes(10);

    readonly Dictionary<ObjectName, RemoteMember> _members = [];
    readonly List<RemoteMember> _retired = [];
    readonly ILogger _logger = loggers.CreateLogger("PyRepo.Members");

    /// <summary>
    /// Returns the member if another server serves it, or null. Without a signing key the member is unavailable.
    /// </summary>
    public IRepository? Find(Resource resource, ServerConfiguration configuration)
    {
        var name = new ObjectName(resource.Metadata.Namespace, resource.Metadata.Name);
        if (!configuration.RemoteMembers.TryGetValue(name, out var url))
            return null;
        if (SigningKey.GetTokens(resource, configuration, keys, clock) is not { } tokens
            || SigningKey.GetCurrent(resource, configuration) is not { } key)
        {
            return new UnavailableRepository(clock.GetUtcNow());
        }
        var fingerprint = $"{resource.Kind} {url} {Convert.ToHexStringLower(SHA256.HashData(key))}";
        if (_members.TryGetValue(name, out var known) && known.Fingerprint == fingerprint)
            return known.Repository;
        var member = new MemberAuthentication(tokens, SigningKey.GetAudience(resource), url);
        var settings = GetSettings(url, member, fingerprint);
        var client = new SimpleClient(settings, clock, _logger);
        var remote = new MemberRepository(
            new UpstreamRepository(client, budget, clock), resource is PythonRepository, clock);
        remote.Start(loops, resource.Metadata.Name);
        if (known is not null)
            _retired.Add(known);
        var source = new MemberTokenSource(
            settings with { Member = member.For(AccessAction.FindToken) }, url, clock, _logger);
        _members[name] = new(
            fingerprint, remote, source, new MemberStatistics(settings, url, clock, _logger),
            new MemberAdvisories(settings, url, clock, _logger),
            new MemberDownloads(
                settings with { Member = member.For(AccessAction.Audit), Timeout = _auditTimeout }, url, clock,
                _logger));
        return remote;
    }

    /// <summary>Returns the member as a target of uploads, after it was found, or null if it takes none.</summary>
    public MemberUploadTarget? FindUploads(Resource resource, ServerConfiguration configuration)
    {
        if (resource is not PythonRepository || !configuration.RemoteMembers.TryGetValue(
            new ObjectName(resource.Metadata.Namespace, resource.Metadata.Name), out var url))
        {
            return null;
        }
        var (audience, repository) = (SigningKey.GetAudience(resource), Find(resource)?.Repository);
        var member = SigningKey.GetTokens(resource, configuration, keys, clock) is { } tokens
            ? new MemberAuthentication(tokens, audience, url)
            : null;
        return new MemberUploadTarget(
            new MemberConnector(audience, url, member, project => repository?.NoteKnown(project)));
    }

    /// <summary>Returns the tokens that a member keeps, after it was found, or null if it keeps none.</summary>
    public MemberTokenSource? FindTokens(Resource resource) => Find(resource)?.Tokens;

    /// <summary>Returns the statistics of a member, after it was found, or null if it has none.</summary>
    public MemberStatistics? FindStatistics(Resource resource) => Find(resource)?.Statistics;

    /// <summary>Returns the download log of a member, after it was found, or null if it cannot be asked.</summary>
    public MemberDownloads? FindDownloadLog(Resource resource) => Find(resource)?.DownloadLog;

    /// <summary>
    /// Returns the advisories of a member, after it was found, or null if it cannot be asked. The group does not know
    /// whether it has any: a member's resource is mounted without what only its own server needs.
    /// </summary>
    public MemberAdvisories? FindAdvisories(Resource resource) => Find(resource)?.Advisories;

    /// <summary>Disposes the members that no longer exist.</summary>
    public async Task CloseOthersAsync(ServerConfiguration configuration)
    {
        foreach (var (name, member) in _members.Where(m => !configuration.RemoteMembers.ContainsKey(m.Key)).ToList())
        {
            _members.Remove(name);
            _retired.Add(member);
        }
        foreach (var member in _retired)
            await member.DisposeAsync();
        _retired.Clear();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var member in _members.Values)
            await member.DisposeAsync();
    }

    RemoteMember? Find(Resource resource) => resource is RepositoryGroup
        ? null
        : _members.GetValueOrDefault(new ObjectName(resource.Metadata.Namespace, resource.Metadata.Name));

    /// <summary>
    /// Returns the settings of a member. The server asks a member every time, even if the last request failed, because
    /// its answers concern one project each.
    /// </summary>
    static UpstreamSettings GetSettings(Uri url, MemberAuthentication member, string fingerprint) => new()
    {
        Name = member.Name,
        Url = new Uri(url, "simple/"),
        Member = member,
        Timeout = TimeSpan.FromSeconds(30),
        ConnectTimeout = TimeSpan.FromSeconds(5),
        // A query goes on when its client leaves, so that connections alone do not limit them.
        MaxPageRequests = ServerLimits.MaxConcurrentMemberPages,
        FollowsRedirects = false,
        UsesCircuitBreaker = false,
        // No restriction is needed, because the operator sets the members' URLs.
        EgressPolicy = new EgressPolicy(inCluster: false, apiServers: [], allowed: []),
        Fingerprint = fingerprint,
    };
}

/// <summary>A group's member that another server serves, and what is asked of it.</summary>
/// <param name="Fingerprint">The fingerprint of its sources.</param>
/// <param name="Repository">Its pages and files.</param>
/// <param name="Tokens">Its clients' tokens.</param>
/// <param name="Statistics">Its downloads.</param>
/// <param name="Advisories">Its advisories.</param>
/// <param name="DownloadLog">Its download log.</param>
sealed record RemoteMember(
    string Fingerprint, MemberRepository Repository, MemberTokenSource Tokens, MemberStatistics Statistics,
    MemberAdvisories Advisories, MemberDownloads DownloadLog) : IAsyncDisposable
{
    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Tokens.Dispose();
        Statistics.Dispose();
        Advisories.Dispose();
        DownloadLog.Dispose();
        await Repository.DisposeAsync();
    }
}
