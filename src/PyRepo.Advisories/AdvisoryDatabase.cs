using System.Collections.Frozen;
using System.Collections.Immutable;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Versions;

namespace PyRepo.Advisories;

/// <summary>Known vulnerabilities by project. It never changes.</summary>
sealed class AdvisoryDatabase
{
    /// <summary>An advisory, its versions and what finds its document take less memory. In bytes.</summary>
    const int LengthOfAdvisory = 1300;

    readonly FrozenDictionary<ProjectName, ImmutableArray<DatabaseEntry>> _projects;
    readonly ImmutableArray<AdvisoryDocuments> _documents;

    /// <param name="version">Identifies the content.</param>
    /// <param name="projects">The advisories of each project, in ordinal order of their ids.</param>
    /// <param name="documents">The documents of the advisories. Of several with one id, the first counts.</param>
    /// <param name="skipped">How many documents could not be read.</param>
    /// <param name="foreign">How many documents are about no version of a project.</param>
    public AdvisoryDatabase(
        string version, IEnumerable<KeyValuePair<ProjectName, ImmutableArray<DatabaseEntry>>> projects,
        ImmutableArray<AdvisoryDocuments> documents, int skipped, int foreign)
    {
        _projects = projects.ToFrozenDictionary();
        (Version, _documents, Skipped, Foreign) = (version, documents, skipped, foreign);
        Count = _projects.Values.Sum(entries => entries.Length);
    }

    /// <summary>Identifies the content: databases with the same advisories have the same version.</summary>
    public string Version { get; }

    /// <summary>The number of advisories. One that affects several projects counts for each.</summary>
    public int Count { get; }

    /// <summary>The memory that it takes, in bytes. It is estimated, and rather too much.</summary>
    public long Weight => (long)Count * LengthOfAdvisory;

    /// <summary>Why the document of an advisory may be missing, or null if none is.</summary>
    public string? DocumentFailure =>
        _documents.Select(documents => documents.Failure).FirstOrDefault(failure => failure is not null);

    /// <summary>The number of projects with advisories.</summary>
    public int ProjectCount => _projects.Count;

    /// <summary>How many documents of the source are about no version of a project of the index.</summary>
    public int Foreign { get; }

    /// <summary>How many documents of the source could not be read, and are missing here.</summary>
    public int Skipped { get; }

    /// <summary>Reads a zip file of JSON documents, or a JSON document, or an array of them.</summary>
    /// <exception cref="InvalidDataException">It is neither, or larger than the limits allow.</exception>
    public static AdvisoryDatabase Read(Stream seekable, CancellationToken cancellationToken)
    {
        using var builder = new AdvisoryDatabaseBuilder();
        AdvisoryArchive.Read(seekable, builder.Add, cancellationToken);
        return builder.Build();
    }

    /// <summary>Returns the document of an advisory as its source wrote it, or null if there is none.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public byte[]? ReadDocument(string id) =>
        _documents.Select(documents => documents.Read(id)).FirstOrDefault(document => document is not null);

    /// <summary>Returns the ids of the advisories that have an alias, in ordinal order.</summary>
    /// <remarks>It looks at all of them: people ask rarely.</remarks>
    public ImmutableArray<string> FindAliased(string alias) =>
    [
        .. _projects.Values.SelectMany(entries => entries).Select(entry => entry.Advisory)
            .Where(advisory => advisory.Aliases.Contains(alias, StringComparer.Ordinal))
            .Select(advisory => advisory.Id).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    /// <summary>Returns the advisories of both, as one database.</summary>
    /// <param name="own">The advisories that come first. They replace those of the source that have one of their ids.
    /// </param>
    /// <param name="source">The other advisories.</param>
    public static AdvisoryDatabase Combine(AdvisoryDatabase own, AdvisoryDatabase source)
    {
        var replaced = own._projects.Values.SelectMany(entries => entries).Select(entry => entry.Advisory.Id)
            .ToHashSet(StringComparer.Ordinal);
        var projects = source._projects.ToDictionary(
            project => project.Key,
            project => project.Value.RemoveAll(entry => replaced.Contains(entry.Advisory.Id)));
        foreach (var (project, entries) in own._projects)
        {
            var others = projects.GetValueOrDefault(project, []);
            projects[project] =
            [
                .. entries.Select(entry => SameVulnerabilities.Join(entry, others)).Concat(others)
                    .OrderBy(entry => entry.Advisory.Id, StringComparer.Ordinal),
            ];
        }
        return new AdvisoryDatabase(
            GetVersion(own, source), projects.Where(project => !project.Value.IsEmpty),
            [.. own._documents, .. source._documents], own.Skipped + source.Skipped, own.Foreign + source.Foreign);
    }

    /// <summary>Returns the version of two databases as one.</summary>
    public static string GetVersion(AdvisoryDatabase own, AdvisoryDatabase source) =>
        $"{own.Version}.{source.Version}";

    /// <summary>Returns all advisories of a project, including those of one vulnerability and withdrawn ones.</summary>
    public ImmutableArray<Advisory> Find(ProjectName project) =>
        _projects.TryGetValue(project, out var entries) ? [.. entries.Select(entry => entry.Advisory)] : [];

    /// <summary>
    /// Returns the advisories about a version of a project, or about any if it is null, in ordinal order of their ids:
    /// those of one vulnerability, too, but none that is withdrawn.
    /// </summary>
    /// <param name="project">The project.</param>
    /// <param name="versionText">The version as it is written, or null.</param>
    public IEnumerable<Advisory> FindAll(ProjectName project, string? versionText)
    {
        if (!_projects.TryGetValue(project, out var entries))
            return [];
        var advisories = entries.Select(entry => entry.Advisory);
        if (versionText is null)
            return advisories.Where(advisory => advisory.Withdrawn is null);
        var version = PythonVersion.ParseOrNull(versionText);
        return advisories.Where(advisory => advisory.IsAffected(version, versionText));
    }

    /// <summary>Returns the advisories that affect a version of a project: one for each vulnerability.</summary>
    /// <param name="project">The project.</param>
    /// <param name="version">The version, or null if the text is none.</param>
    /// <param name="versionText">The version as it is written.</param>
    public ImmutableArray<Advisory> Find(ProjectName project, PythonVersion? version, string versionText)
    {
        if (!_projects.TryGetValue(project, out var entries))
            return [];
        List<DatabaseEntry>? affecting = null;
        foreach (var entry in entries)
        {
            if (entry.Advisory.IsAffected(version, versionText))
                (affecting ??= []).Add(entry);
        }
        return affecting is null ? [] : SameVulnerabilities.Merge(affecting);
    }
}

/// <summary>An advisory in a database.</summary>
/// <param name="Advisory">The advisory, with the rating of its vulnerability.</param>
/// <param name="Group">The same for all advisories about one vulnerability.</param>
/// <param name="HasOwnSeverity">Whether the rating is not an alias's.</param>
readonly record struct DatabaseEntry(Advisory Advisory, int Group, bool HasOwnSeverity);

/// <summary>Makes one advisory of several about one vulnerability, such as GitHub's and PyPA's.</summary>
static class SameVulnerabilities
{
    /// <summary>Returns one advisory for each vulnerability. The order is that of the first of each.</summary>
    public static ImmutableArray<Advisory> Merge(IReadOnlyCollection<DatabaseEntry> entries) =>
    [
        .. from entry in entries
           group entry by entry.Group into same
           select same.Skip(1).Any() ? MergeOne([.. same]) : same.First().Advisory,
    ];

    /// <summary>Returns an entry of another database in the group of an entry that is about the same, or in its own.
    /// </summary>
    public static DatabaseEntry Join(DatabaseEntry entry, ImmutableArray<DatabaseEntry> others)
    {
        var ids = entry.Advisory.Aliases.Append(entry.Advisory.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var other in others)
        {
            if (!ids.Contains(other.Advisory.Id) && !other.Advisory.Aliases.Any(ids.Contains))
                continue;
            var severity = entry.Advisory.Severity ?? other.Advisory.Severity;
            return entry with { Advisory = entry.Advisory with { Severity = severity }, Group = other.Group };
        }
        // The groups of the other database are not negative.
        return entry with { Group = -1 - entry.Group };
    }

    /// <summary>Keeps the advisory with a rating of its own, and says the other ids of the vulnerability.</summary>
    static Advisory MergeOne(ImmutableArray<DatabaseEntry> same)
    {
        var kept = same.FirstOrDefault(entry => entry.HasOwnSeverity, same[0]).Advisory;
        return kept with
        {
            Aliases =
            [
                .. same.SelectMany(entry => entry.Advisory.Aliases.Append(entry.Advisory.Id))
                    .Where(id => id != kept.Id).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
            ],
            Severity = same.Select(entry => entry.Advisory.Severity).Aggregate(SeverityRating.Max),
            FixedIn = kept.FixedIn.IsEmpty
                ? same.Select(entry => entry.Advisory.FixedIn).FirstOrDefault(fixes => !fixes.IsEmpty, [])
                : kept.FixedIn,
        };
    }
}
