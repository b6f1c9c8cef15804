using System.Collections.Immutable;
using System.Text.Json;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Resources.Proxied;

namespace PyRepo.Advisories;

/// <summary>Reads advisories from JSON documents of the
/// <see href="https://ossf.github.io/osv-schema/">OSV schema</see>.</summary>
sealed class AdvisoryReader
{
    /// <summary>Of the ecosystems, this one has the index's projects.</summary>
    public const string Ecosystem = "PyPI";

    /// <summary>The characters of an id.</summary>
    public const int MaxIdLength = 100;

    /// <summary>No advisory has this id: it asks the service for its first page.</summary>
    public const string ReservedId = "-";

    const int MaxAliases = 100;

    readonly VersionPool _texts = new();
    readonly OsvVersions _versions;

    public AdvisoryReader() => _versions = new OsvVersions(_texts);

    /// <summary>Reads a document.</summary>
    /// <exception cref="JsonException">It is not an advisory.</exception>
    public AdvisoryDocument Read(ReadOnlySpan<byte> json)
    {
        var document = JsonSerializer.Deserialize(json, OsvJson.Default.OsvDocument);
        if (document?.Id is not { Length: > 0 and <= MaxIdLength } text || text is ReservedId)
            throw new JsonException("Its id is missing or invalid.");
        var (id, aliases) = (_texts.Intern(text), GetAliases(text, document));
        var affected = (document.Affected ?? []).OfType<OsvAffected>().ToList();
        var advisories =
            from entry in affected
            where entry.Package?.Ecosystem is Ecosystem
            let project = GetProject(entry)
            where project is not null
            group entry by project.Value into entries
            let advisory = GetAdvisory(id, aliases, document, [.. entries])
            where !advisory.Affected.IsEmpty
            select (entries.Key, advisory);
        return new AdvisoryDocument(
            id, aliases, GetSeverity(document, affected), document.Modified, document.Withdrawn is not null,
            [.. advisories]);
    }

    /// <summary>Returns the projects that a document is about. It may be of another server.</summary>
    /// <exception cref="JsonException">It is not an advisory.</exception>
    public static ImmutableArray<ProjectName> ReadProjects(ReadOnlySpan<byte> json) =>
    [
        .. (JsonSerializer.Deserialize(json, OsvJson.Default.OsvDocument)?.Affected ?? []).OfType<OsvAffected>()
            .Where(entry => entry.Package?.Ecosystem is Ecosystem).Select(GetProject).OfType<ProjectName>().Distinct(),
    ];

    static ProjectName? GetProject(OsvAffected affected) =>
        affected.Package?.Name is { Length: <= PageLimits.MaxNameLength } text
        && ProjectName.TryParse(text, out var name)
            ? name
            : null;

    Advisory GetAdvisory(
        string id, ImmutableArray<string> aliases, OsvDocument document, ImmutableArray<OsvAffected> entries) => new()
        {
            Id = id,
            Aliases = aliases,
            Summary = AdvisorySummary.Summarize(document.Summary, document.Details),
            Published = document.Published,
            Modified = document.Modified,
            Withdrawn = document.Withdrawn,
            Severity = GetSeverity(document, entries),
            FixedIn = _versions.GetFixes(entries),
            Affected = _versions.Read(entries),
        };

    ImmutableArray<string> GetAliases(string id, OsvDocument document) =>
    [
        .. (document.Aliases ?? []).OfType<string>()
            .Where(alias => alias.Length is > 0 and <= MaxIdLength && alias != id)
            .Take(MaxAliases).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(_texts.Intern),
    ];

    /// <summary>Returns the highest CVSS rating, or else the database's own word.</summary>
    static Severity? GetSeverity(OsvDocument document, IEnumerable<OsvAffected> entries) =>
        (document.Severity ?? []).Concat(entries.SelectMany(entry => entry.Severity ?? []))
            .Select(entry => SeverityRating.OfVector(entry?.Type, entry?.Score))
            .Aggregate((Severity?)null, SeverityRating.Max)
        ?? SeverityRating.OfWord(GetWord(document.DatabaseSpecific));

    static string? GetWord(JsonElement? specific) =>
        specific is { ValueKind: JsonValueKind.Object } fields
        && fields.TryGetProperty("severity", out var word) && word.ValueKind is JsonValueKind.String
            ? word.GetString()
            : null;
}

/// <summary>Makes one line of what an advisory says.</summary>
static class AdvisorySummary
{
    const int MaxLength = 200;

    /// <summary>Returns the summary, or else the first line of the details. A long one is cut.</summary>
    public static string Summarize(string? summary, string? details) =>
        GetFirstLine(summary) is { Length: > 0 } line ? line : GetFirstLine(details);

    static string GetFirstLine(string? text)
    {
        var rest = text.AsSpan().TrimStart("# \t\r\n");
        var end = rest.IndexOfAny('\r', '\n');
        var line = (end < 0 ? rest : rest[..end]).TrimEnd();
        if (line.Length <= MaxLength)
            return line.ToString();
        var cut = char.IsHighSurrogate(line[MaxLength - 2]) ? MaxLength - 2 : MaxLength - 1;
        return $"{line[..cut].TrimEnd()}…";
    }
}
