using System.Buffers;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using PyRepo.Advisories;
using PyRepo.Downloads;
using PyRepo.Packaging.Names;
using PyRepo.Resources.Values;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Endpoints.Api;

/// <summary>The parameters of a request for downloads. What cannot be understood is rejected.</summary>
/// <param name="Project">The project, or null if an advisory is asked about.</param>
/// <param name="Advisory">The id of an advisory whose projects and versions are asked about, or null.</param>
/// <param name="Filter">Which downloads of the projects count.</param>
sealed record DownloadsParameters(ProjectName? Project, string? Advisory, DownloadFilter Filter)
{
    /// <summary>The parameters and what they mean, for OpenAPI.</summary>
    public static IReadOnlyList<(string Name, string Description)> All { get; } =
    [
        ("project", "The project. It may be omitted with advisory."),
        ("version", "The only version. If omitted, all of them."),
        ("sha256", "The only file, by its SHA-256 in hexadecimal. If omitted, all of them."),
        ("advisory", "The id or an alias of advisories of the repository, for all versions that they affect."),
        ("since", "How far back, such as 30d, or from when, such as 2026-01-31T00:00:00Z. If omitted, all of the log."),
        ("format", "json, csv, or table for a terminal. If omitted, json."),
    ];

    const int Sha256Length = 64;

    static readonly SearchValues<char> _operators = SearchValues.Create("=*<>~!, ");

    /// <summary>A date in UTC, and the times of <see href="https://www.rfc-editor.org/rfc/rfc3339">RFC 3339</see>.</summary>
    static readonly string[] _times = ["yyyy-MM-dd", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK"];

    /// <summary>Rejects parameters that are not known.</summary>
    /// <exception cref="RejectedException">400.</exception>
    public static void RequireKnown(
        IQueryCollection parameters, IReadOnlyList<(string Name, string Description)> known)
    {
        foreach (var name in parameters.Keys)
        {
            if (!known.Any(each => each.Name == name))
                throw Invalid($"There is no parameter '{name}': use {string.Join(", ", known.Select(p => p.Name))}.");
        }
    }

    /// <summary>Reads what is asked for.</summary>
    /// <exception cref="RejectedException">400.</exception>
    public static DownloadsParameters Read(IQueryCollection parameters, DateTimeOffset now)
    {
        RequireKnown(parameters, All);
        var filter = new DownloadFilter(GetSince(parameters, now))
        {
            Version = GetVersion(parameters),
            Sha256 = GetSha256(parameters),
        };
        var read = new DownloadsParameters(
            GetProject(parameters), GetText(parameters, "advisory", AdvisoryReader.MaxIdLength), filter);
        return read switch
        {
            { Project: null, Advisory: null } =>
                throw Invalid("Write project=… or, for everything an advisory affects, advisory=…."),
            { Filter.Version: not null, Advisory: not null } =>
                throw Invalid("An advisory names the versions itself: leave version out, or advisory."),
            _ => read,
        };
    }

    /// <summary>Returns the form of the answer that is asked for.</summary>
    /// <exception cref="RejectedException">400.</exception>
    public static DownloadsFormat GetFormat(IQueryCollection parameters) => Single(parameters, "format") switch
    {
        null or "json" => DownloadsFormat.Json,
        "csv" => DownloadsFormat.Csv,
        "table" => DownloadsFormat.Table,
        var format => throw Invalid($"format={format} is not known: write format=json, format=csv or format=table."),
    };

    /// <summary>Returns the one value of a parameter, or null if there is none.</summary>
    /// <exception cref="RejectedException">400.</exception>
    public static string? Single(IQueryCollection parameters, string name)
    {
        if (!parameters.TryGetValue(name, out var values))
            return null;
        return values is [{ Length: > 0 } only]
            ? only
            : throw Invalid($"'{name}' needs one value: write {name}=… once, or leave it out.");
    }

    /// <summary>Returns the rejection of parameters.</summary>
    public static RejectedException Invalid(string message) => new(RejectionReason.Invalid, message);

    static ProjectName? GetProject(IQueryCollection parameters)
    {
        if (Single(parameters, "project") is not { } text)
            return null;
        return text.Length <= ServerLimits.MaxProjectNameLength && ProjectName.TryParse(text, out var project)
            ? project
            : throw Invalid($"project={text} is not the name of a project: write one, such as project=requests.");
    }

    static string? GetText(IQueryCollection parameters, string name, int maxLength) =>
        Single(parameters, name) is { } text && text.Length > maxLength
            ? throw Invalid($"'{name}' has more than {maxLength} characters.")
            : Single(parameters, name);

    static string? GetVersion(IQueryCollection parameters)
    {
        var text = GetText(parameters, "version", ServerLimits.MaxVersionLength);
        return text?.AsSpan().ContainsAny(_operators) is true
            ? throw Invalid($"version={text} is not one version: write one, such as version=1.0, or leave it out.")
            : text;
    }

    static string? GetSha256(IQueryCollection parameters) => Single(parameters, "sha256") switch
    {
        null => null,
        { Length: Sha256Length } text when text.All(char.IsAsciiHexDigit) => text.ToLowerInvariant(),
        var text => throw Invalid($"sha256={text} is not a SHA-256: write its 64 hexadecimal digits."),
    };

    static DateTimeOffset GetSince(IQueryCollection parameters, DateTimeOffset now)
    {
        if (Single(parameters, "since") is not { } text)
            return DateTimeOffset.MinValue;
        if (Duration.TryParse(text, out var ago))
            return ago.Value < now - DateTimeOffset.MinValue ? now - ago.Value : DateTimeOffset.MinValue;
        const DateTimeStyles utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTimeOffset.TryParseExact(text, _times, CultureInfo.InvariantCulture, utc, out var time)
            && time <= now
            ? time
            : throw Invalid(
                $"since={text} is neither a duration nor a time in the past: write since=30d or since=2026-01-31.");
    }
}

/// <summary>The forms of an answer.</summary>
enum DownloadsFormat
{
    /// <summary>All that is known, as JSON.</summary>
    Json,

    /// <summary>All rows, as CSV.</summary>
    Csv,

    /// <summary>Aligned columns, and what is missing in sentences.</summary>
    Table,
}
