using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Endpoints.Http;

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
    public sealed record SimpleProject(ProjectName Project, DateTimeOffset? AsOf) : Route;

    /// <summary><c>packages/{project}/{hash}/{file}</c>, with or without the hash and <c>.metadata</c>.</summary>
    public sealed record File(ProjectName Project, string? Hash, string FileName, bool IsMetadata) : Route;

    /// <summary><c>files/{host}/{path}</c>, with or without <c>.metadata</c>.</summary>
    /// <param name="Path">The host and the path, without <c>.metadata</c>.</param>
    /// <param name="FileName">The end of the path.</param>
    /// <param name="Projects">The projects to which a file of this name may belong; at least one.</param>
    /// <param name="IsMetadata">Whether it ends with <c>.metadata</c>.</param>
    public sealed record Alias(string Path, string FileName, ImmutableArray<ProjectName> Projects, bool IsMetadata)
        : Route;

    /// <summary><c>pypi/{project}/json</c> and <c>pypi/{project}/{version}/json</c>.</summary>
    public sealed record ProjectJson(ProjectName Project, string? Version) : Route;

    /// <summary>
    /// <c>{project}/</c>: a client uses the base path as its index. The page is below <c>simple/</c>.
    /// </summary>
    public sealed record MisplacedPage(ProjectName Project) : Route;

    /// <summary>A redirect to the canonical path of the same resource, relative to the base path.</summary>
    public sealed record Redirect(string Path) : Route;

    /// <summary>
    /// Any other path: that of a page, of an operation of the API, or of nothing. ASP.NET Core's routing knows which.
    /// </summary>
    public sealed record Endpoint : Route
    {
        /// <summary>The only instance.</summary>
        public static Endpoint Instance { get; } = new();
    }

    /// <summary>No digest is longer than SHA-512 in hexadecimal.</summary>
    const int MaxHashLength = 128;

    /// <summary>Paths below the base path that are no projects, today or some day.</summary>
    static readonly FrozenSet<string> _reserved =
    [
        "api", "downloads", "files", "integrity", "legacy", "login", "logout", "osv", "packages", "project", "pypi",
        "retention", "search", "simple", "stats", "tokens", "upload",
    ];

    static readonly Home _home = new();
    static readonly Legacy _legacy = new();
    static readonly ProjectList _projectList = new();

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
            "files" when count > 2 => Aliases(path[FileAlias.Folder.Length..]),
            "legacy" when count == 1 || (count == 2 && Part(parts, 1).Length == 0) => _legacy,
            "pypi" => Json(path, parts[..count]),
            _ when count == 2 && Part(parts, 1).Length == 0 && TryParseProject(Part(parts, 0), out var project)
                && !_reserved.Contains(project.Value) => new MisplacedPage(project),
            _ => Endpoint.Instance,
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
            return Endpoint.Instance;
        if (!TryParseProject(name, out var project))
            return Endpoint.Instance;
        return parts.Length == 3 && ProjectName.IsNormalized(name)
            ? new SimpleProject(project, asOf)
            : new Redirect($"{root}/{project.Value}/");
    }

    static Route Files(string path, ReadOnlySpan<Range> parts)
    {
        var (fileName, isMetadata) = WithoutSuffix(path[parts[^1]]);
        var hash = parts.Length == 4 ? path[parts[2]] : null;
        if (fileName.Length is 0 or > ServerLimits.MaxFileNameLength || hash?.Length > MaxHashLength
            || !TryParseProject(path[parts[1]], out var project))
            return Endpoint.Instance;
        return new File(project, hash, fileName, isMetadata);
    }

    static Route Aliases(string path)
    {
        if (path.Length > ServerLimits.MaxAliasLength || path.StartsWith('/')
            || path.Split('/').Any(segment => segment is "." or ".."))
        {
            return Endpoint.Instance;
        }
        (path, var isMetadata) = WithoutSuffix(path);
        var fileName = path[(path.LastIndexOf('/') + 1)..];
        if (fileName.Length is 0 or > ServerLimits.MaxFileNameLength)
            return Endpoint.Instance;
        ImmutableArray<ProjectName> projects =
        [
            .. PossibleProjects.Find(fileName).Reverse()
                .Where(name => name.Value.Length <= ServerLimits.MaxProjectNameLength)
                .Take(ServerLimits.MaxProjectsOfAlias),
        ];
        return projects.IsEmpty ? Endpoint.Instance : new Alias(path, fileName, projects, isMetadata);
    }

    static (string Path, bool IsMetadata) WithoutSuffix(string path)
    {
        const string suffix = ".metadata";
        return path.EndsWith(suffix, StringComparison.Ordinal) ? (path[..^suffix.Length], true) : (path, false);
    }

    static Route Json(string path, ReadOnlySpan<Range> parts)
    {
        if (path[parts[^1]].Length == 0)
            parts = parts[..^1];
        if (parts.Length is not (3 or 4) || path[parts[^1]] != "json"
            || !TryParseProject(path[parts[1]], out var project))
            return Endpoint.Instance;
        var version = parts.Length == 4 ? path[parts[2]] : null;
        if (version?.Length > ServerLimits.MaxVersionLength)
            return Endpoint.Instance;
        return ProjectName.IsNormalized(path[parts[1]])
            ? new ProjectJson(project, version)
            : new Redirect(version is null ? $"pypi/{project.Value}/json" : $"pypi/{project.Value}/{version}/json");
    }

    static bool TryParseProject(string text, out ProjectName project)
    {
        project = default;
        return text.Length <= ServerLimits.MaxProjectNameLength && ProjectName.TryParse(text, out project);
    }
}

/// <summary>The date of <c>@{date}/simple/</c>.</summary>
static class IndexDate
{
    const int MaxLength = 40;

    static readonly string[] _times =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz",
    ];

    /// <summary>
    /// Parses a date, which means all of that day in UTC as in uv's <c>--exclude-newer</c>, or a time
    /// (<see href="https://www.rfc-editor.org/rfc/rfc3339#section-5.6">RFC 3339 §5.6</see>).
    /// </summary>
    /// <param name="text">The text: <c>2026-01-31</c> or <c>2026-01-31T12:00:00Z</c>.</param>
    /// <param name="last">The last moment that counts.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out DateTimeOffset last)
    {
        Span<char> buffer = stackalloc char[MaxLength];
        last = default;
        if (text.Length > buffer.Length)
            return false;
        ReadOnlySpan<char> upper = buffer[..text.ToUpperInvariant(buffer)]; // RFC 3339 allows a lowercase t and z.
        const DateTimeStyles utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (DateTimeOffset.TryParseExact(upper, "yyyy-MM-dd", CultureInfo.InvariantCulture, utc, out var day))
        {
            last = day == DateTimeOffset.MaxValue.Date ? DateTimeOffset.MaxValue : day.AddDays(1).AddTicks(-1);
            return true;
        }
        if (!DateTimeOffset.TryParseExact(upper, _times, CultureInfo.InvariantCulture, utc, out last))
            return false;
        // Pages show microseconds. A file is there at the time that its page shows.
        last = last.AddTicks(TimeSpan.TicksPerMicrosecond - 1 - (last.Ticks % TimeSpan.TicksPerMicrosecond));
        return true;
    }
}
