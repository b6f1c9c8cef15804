using System.Collections.Frozen;
using PyRepo.Packaging.Names;
using PyRepo.Server.Limits;

namespace PyRepo.Server.Http;

/// <summary>The meaning of a path below a repository's base path.</summary>
abstract record Route
{
    Route()
    {
    }

    /// <summary>The base path itself: the page for people, and the upload URL.</summary>
    public sealed record Home : Route;

    /// <summary><c>legacy/</c>: another upload URL.</summary>
    public sealed record Legacy : Route;

    /// <summary>
    /// <c>simple/</c> and <c>@{date}/simple/</c>: the list of projects, which is today's on every date.
    /// </summary>
    public sealed record ProjectList : Route;

    /// <summary><c>simple/{project}/</c> and <c>@{date}/simple/{project}/</c>.</summary>
    /// <param name="Project">The project.</param>
    /// <param name="AsOf">The date, or null for the current page.</param>
    public sealed record ProjectPage(ProjectName Project, DateTimeOffset? AsOf) : Route;

    /// <summary><c>packages/{project}/{hash}/{file}</c>, with or without the hash and <c>.metadata</c>.</summary>
    public sealed record File(ProjectName Project, string? Hash, string FileName, bool IsMetadata) : Route;

    /// <summary><c>pypi/{project}/json</c> and <c>pypi/{project}/{version}/json</c>.</summary>
    public sealed record ProjectJson(ProjectName Project, string? Version) : Route;

    /// <summary><c>api/v1/projects/{project}/files/{file}</c>.</summary>
    public sealed record ApiFile(ProjectName Project, string FileName) : Route;

    /// <summary><c>api/v1/why/{project}/{version}</c>.</summary>
    public sealed record Why(ProjectName Project, string Version) : Route;

    /// <summary><c>api/v1/statistics</c>.</summary>
    public sealed record Statistics : Route;

    /// <summary><c>tokens/</c>: the page about tokens.</summary>
    public sealed record TokensPage : Route;

    /// <summary><c>api/v1/tokens</c>.</summary>
    public sealed record ApiTokens : Route;

    /// <summary><c>api/v1/tokens/{id}</c>.</summary>
    public sealed record ApiToken(string Id) : Route;

    /// <summary>
    /// <c>{project}/</c>: a client uses the base path as its index. The page is below <c>simple/</c>.
    /// </summary>
    public sealed record MisplacedPage(ProjectName Project) : Route;

    /// <summary>A redirect to the canonical path of the same resource, relative to the base path.</summary>
    public sealed record Redirect(string Path) : Route;

    /// <summary>No resource.</summary>
    public sealed record NotFound : Route
    {
        /// <summary>The only instance.</summary>
        public static NotFound Instance { get; } = new();
    }

    /// <summary>No digest is longer than SHA-512 in hexadecimal.</summary>
    const int MaxHashLength = 128;

    /// <summary>Paths below the base path that are no projects, today or some day.</summary>
    static readonly FrozenSet<string> _reserved =
    [
        "api", "integrity", "legacy", "packages", "project", "pypi", "search", "simple", "stats", "tokens",
        "upload",
    ];

    static readonly Home _home = new();
    static readonly Legacy _legacy = new();
    static readonly ProjectList _projectList = new();
    static readonly TokensPage _tokensPage = new();
    static readonly ApiTokens _apiTokens = new();
    static readonly Statistics _statistics = new();

    /// <summary>Parses a decoded path relative to the base path, without a leading slash.</summary>
    public static Route Parse(string path)
    {
        Span<Range> parts = stackalloc Range[7];
        var count = path.AsSpan().Split(parts, '/');
        string Part(Span<Range> all, int i) => path[all[i]];
        return path.AsSpan(parts[0]) switch
        {
            "" when count == 1 => _home,
            "simple" or "+simple" => Simple(path, parts[..count], "", null),
            ['@', .. var date] when count > 1 && Part(parts, 1) == "simple" && IndexDate.TryParse(date, out var asOf) =>
                Simple(path, parts[1..count], path[parts[0]] + "/", asOf),
            "packages" when count is 3 or 4 => Files(path, parts[..count]),
            "legacy" when count == 1 || (count == 2 && Part(parts, 1).Length == 0) => _legacy,
            "tokens" when count == 2 && Part(parts, 1).Length == 0 => _tokensPage,
            "tokens" when count == 1 => new Redirect("tokens/"),
            "pypi" => Json(path, parts[..count]),
            "api" => Api(path, parts[..count]),
            _ when count == 2 && Part(parts, 1).Length == 0 && TryParseProject(Part(parts, 0), out var project)
                && !_reserved.Contains(project.Value) => new MisplacedPage(project),
            _ => NotFound.Instance,
        };
    }

    static Route Simple(string path, ReadOnlySpan<Range> parts, string prefix, DateTimeOffset? asOf)
    {
        var root = prefix + path[parts[0]];
        if (parts.Length == 1)
            return new Redirect($"{root}/");
        var name = path[parts[1]];
        if (name.Length == 0 && parts.Length == 2)
            return _projectList;
        if (parts.Length > 3 || (parts.Length == 3 && path[parts[2]].Length > 0))
            return NotFound.Instance;
        if (!TryParseProject(name, out var project))
            return NotFound.Instance;
        return parts.Length == 3 && ProjectName.IsNormalized(name)
            ? new ProjectPage(project, asOf)
            : new Redirect($"{root}/{project.Value}/");
    }

    static Route Files(string path, ReadOnlySpan<Range> parts)
    {
        const string suffix = ".metadata";
        var fileName = path[parts[^1]];
        var isMetadata = fileName.EndsWith(suffix, StringComparison.Ordinal);
        if (isMetadata)
            fileName = fileName[..^suffix.Length];
        var hash = parts.Length == 4 ? path[parts[2]] : null;
        if (fileName.Length is 0 or > ServerLimits.MaxFileNameLength || hash?.Length > MaxHashLength
            || !TryParseProject(path[parts[1]], out var project))
            return NotFound.Instance;
        return new File(project, hash, fileName, isMetadata);
    }

    static Route Json(string path, ReadOnlySpan<Range> parts)
    {
        if (path[parts[^1]].Length == 0)
            parts = parts[..^1];
        if (parts.Length is not (3 or 4) || path[parts[^1]] != "json"
            || !TryParseProject(path[parts[1]], out var project))
            return NotFound.Instance;
        var version = parts.Length == 4 ? path[parts[2]] : null;
        if (version?.Length > ServerLimits.MaxVersionLength)
            return NotFound.Instance;
        return ProjectName.IsNormalized(path[parts[1]])
            ? new ProjectJson(project, version)
            : new Redirect(version is null ? $"pypi/{project.Value}/json" : $"pypi/{project.Value}/{version}/json");
    }

    static Route Api(string path, ReadOnlySpan<Range> parts)
    {
        if (parts.Length < 3 || path[parts[1]] != "v1")
            return NotFound.Instance;
        return (path[parts[2]], parts.Length) switch
        {
            ("tokens", 3) => _apiTokens,
            ("statistics", 3) => _statistics,
            ("tokens", 4) when path[parts[3]].Length is > 0 and <= ServerLimits.MaxFileNameLength =>
                new ApiToken(path[parts[3]]),
            ("projects", 6) when path[parts[4]] == "files" && path[parts[5]].Length <= ServerLimits.MaxFileNameLength
                && TryParseProject(path[parts[3]], out var project) => new ApiFile(project, path[parts[5]]),
            ("why", 5) when path[parts[4]].Length is > 0 and <= ServerLimits.MaxVersionLength
                && TryParseProject(path[parts[3]], out var project) => new Why(project, path[parts[4]]),
            _ => NotFound.Instance,
        };
    }

    static bool TryParseProject(string text, out ProjectName project)
    {
        project = default;
        return text.Length <= ServerLimits.MaxProjectNameLength && ProjectName.TryParse(text, out project);
    }
}
