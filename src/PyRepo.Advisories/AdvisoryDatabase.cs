using System.Collections.Frozen;
using System.Collections.Immutable;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Versions;

namespace PyRepo.Advisories;

/// <summary>Known vulnerabilities by project. It never changes.</summary>
sealed class AdvisoryDatabase
{
    readonly FrozenDictionary<ProjectName, ImmutableArray<DatabaseEntry>> _projects;

    /// <param name="version">Identifies the content.</param>
    /// <param name="projects">The advisories of each project, in ordinal order of their ids.</param>
    /// <param name="skipped">How many documents could not be read.</param>
    public AdvisoryDatabase(
        string version, IEnumerable<KeyValuePair<ProjectName, ImmutableArray<DatabaseEntry>>> projects, int skipped)
    {
        _projects = projects.ToFrozenDictionary();
        (Version, Skipped, Count) = (version, skipped, _projects.Values.Sum(entries => entries.Length));
    }

    /// <summary>Identifies the content: databases with the same advisories have the same version.</summary>
    public string Version { get; }

    /// <summary>The number of advisories. One that affects several projects counts for each.</summary>
    public int Count { get; }

    /// <summary>The number of projects with advisories.</summary>
    public int ProjectCount => _projects.Count;

    /// <summary>How many documents of the source could not be read, and are missing here.</summary>
    public int Skipped { get; }

    /// <summary>Reads a zip file of JSON documents, or a JSON document, or an array of them.</summary>
    /// <exception cref="InvalidDataException">It is neither, or larger than the limits allow.</exception>
    public static AdvisoryDatabase Read(Stream seekable, CancellationToken cancellationToken)
    {
        var builder = new AdvisoryDatabaseBuilder();
        AdvisoryArchive.Read(seekable, builder.Add, cancellationToken);
        return builder.Build();
    }

    /// <summary>Returns all advisories of a project, including those of one vulnerability and withdrawn ones.</summary>
    public ImmutableArray<Advisory> Find(ProjectName project) =>
        _projects.TryGetValue(project, out var entries) ? [.. entries.Select(entry => entry.Advisory)] : [];

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
