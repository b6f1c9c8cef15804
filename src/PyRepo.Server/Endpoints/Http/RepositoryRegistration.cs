using System.Collections.Frozen;
using System.Collections.Immutable;
using PyRepo.Downloads;
using PyRepo.Resources.Hosted;
using PyRepo.Resources.Values;
using PyRepo.Server.Access;
using PyRepo.Server.Content.Advisories;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Content.Statistics;
using PyRepo.Server.Hosted;
using PyRepo.Server.Hosted.Retention;
using PyRepo.Server.Proxies.Mirroring;
using PyRepo.Server.Proxies.Policies;

namespace PyRepo.Server.Endpoints.Http;

/// <summary>A repository as the request router serves it, with its path and its access rules.</summary>
sealed record RepositoryRegistration
{
    /// <summary>The resource's name.</summary>
    public required string Name { get; init; }

    /// <summary>The base path of the repository. It starts and ends with a slash.</summary>
    public required string BasePath { get; init; }

    /// <summary>Whether the server has other repositories, too, and a page that lists them.</summary>
    public bool HasServerPage { get; init; }

    /// <summary>The host by which the resource says that clients reach it, or null.</summary>
    public string? DeclaredHost { get; init; }

    /// <summary>
    /// The scheme and host that the resource declares for clients. If it is null, those of the request apply.
    /// </summary>
    public string? DeclaredOrigin { get; init; }

    /// <summary>Why the repository is not served, or null if it is served.</summary>
    public string? Unavailable { get; init; }

    /// <summary>The repository that is served.</summary>
    public required IRepository Repository { get; init; }

    /// <summary>The known vulnerabilities of its projects, or null if none are known to it.</summary>
    public IAdvisoryIndex? Advisories { get; init; }

    /// <summary>The access rules.</summary>
    public required AccessPolicy Access { get; init; }

    /// <summary>The ways to tell who sends a request, in order.</summary>
    public ImmutableArray<IAuthenticator> Authenticators { get; init; } = [];

    /// <summary>The users with passwords.</summary>
    public UserStore Users { get; init; } = UserStore.Empty;

    /// <summary>Where clients' tokens are kept, or null if the repository has no store here.</summary>
    public TokenStore? Tokens { get; init; }

    /// <summary>Signs the tokens of trusted publishing, or null if there is no key.</summary>
    public MintedTokens? MintedTokens { get; init; }

    /// <summary>Removes old releases, or null if the repository has no files of its own.</summary>
    public RetentionRun? Retention { get; init; }

    /// <summary>Replays policies over the downloads, or null if the repository has none.</summary>
    public ICandidateReplay? Replay { get; init; }

    /// <summary>Seals the sessions of people who sign in on a page, or null if there is no key.</summary>
    public SessionCookies? Sessions { get; init; }

    /// <summary>The kind of the resource.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Whether its content comes from another index.</summary>
    public bool HasUpstream => Kind == nameof(Resources.ProxyRepository);

    /// <summary>Returns how the repository is.</summary>
    public Func<RepositoryHealth> Health { get; init; } = () => new RepositoryHealth(null);

    /// <summary>The repository of this server whose files may be changed here, or null.</summary>
    public HostedRepository? Hosted { get; init; }

    /// <summary>Where uploads go, or null if they are not possible.</summary>
    public IUploadTarget? Uploads { get; init; }

    /// <summary>For a group, the members that uploads pass through. Each of them must allow the upload.</summary>
    public ImmutableArray<string> UploadsThrough { get; init; } = [];

    /// <summary>The members of a group and of its inner groups, by name.</summary>
    public FrozenDictionary<string, RepositoryRegistration> Members { get; init; } =
        FrozenDictionary<string, RepositoryRegistration>.Empty;

    /// <summary>The names, or patterns of names, that a group takes from no proxy.</summary>
    public ImmutableArray<string> Reserved { get; init; } = [];

    /// <summary>How far a mirror is, or null if the repository is none.</summary>
    public MirrorProgress? Mirror { get; init; }

    /// <summary>The downloads, or null if nobody counts them: a group's are those of its members.</summary>
    public IDownloadStatistics? Statistics { get; init; }

    /// <summary>
    /// The logs in the repository's store: its own, and those of groups that it is a member of. A group has none.
    /// </summary>
    public IDownloadLog? DownloadLog { get; init; }

    /// <summary>
    /// In whose log downloads through this repository are written down: its own, because its spec asks for one. Null if
    /// it asks for none: then the spec of the member that has the file decides.
    /// </summary>
    public LogOwner? LogOwner { get; init; }

    /// <summary>Whether a log may be kept of what is downloaded: the spec, or that of a member, asks for one.</summary>
    public bool MayLogDownloads =>
        LogOwner is not null || Members.Values.Any(member => member.LogOwner is not null);

    /// <summary>The request counters of the repository.</summary>
    public required RequestCounts Requests { get; init; }

    /// <summary>Returns a member and the inner groups that have it: all of them must allow.</summary>
    public ImmutableArray<string> PathTo(RepositoryRegistration member) =>
    [
        .. Members.Values.Where(inner => inner.Members.ContainsKey(member.Name)).Select(inner => inner.Name),
        member.Name,
    ];

    /// <summary>The largest file that may be uploaded.</summary>
    public Quantity MaxFileSize => Uploads?.MaxFileSize ?? UsualMaxFileSize;

    /// <summary>The limit of a repository that sets none.</summary>
    public static Quantity UsualMaxFileSize { get; } = new UploadsSpec().MaxFileSize;
}

/// <summary>How a repository is, for its front page.</summary>
/// <param name="Problem">Why it is not open, or null if it is.</param>
sealed record RepositoryHealth(string? Problem)
{
    /// <summary>The host of a proxy's upstream, or null.</summary>
    public string? Upstream { get; init; }

    /// <summary>Whether upstream does not answer. The reason is for the administrator, and on <c>/status</c>.</summary>
    public bool IsUpstreamFailing { get; init; }

    /// <summary>When upstream last answered, or null if it never did.</summary>
    public DateTimeOffset? LastSuccess { get; init; }
}
