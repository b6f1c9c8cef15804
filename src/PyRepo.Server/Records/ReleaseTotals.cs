using PyRepo.Server.Repositories;

namespace PyRepo.Server.Records;

/// <summary>
/// What lists show of a project's releases. An upload adds to it, so that it costs no look at the other files.
/// </summary>
sealed class ReleaseTotals
{
    readonly HashSet<string> _versions = new(StringComparer.Ordinal);

    public ReleaseTotals(IEnumerable<Distribution> files)
    {
        foreach (var file in files)
            Add(file);
    }

    /// <summary>The number of releases.</summary>
    public int Count => _versions.Count;

    /// <summary>The file that users most likely want, or null if there is none.</summary>
    public Distribution? Latest { get; private set; }

    /// <summary>When the newest file was added, or null if there is none.</summary>
    public DateTimeOffset? NewestFileAt { get; private set; }

    /// <summary>Adds a file that is not among them.</summary>
    public void Add(Distribution file)
    {
        _versions.Add(file.Name.CanonicalVersion);
        if (NewestFileAt is null || file.RecordedAt > NewestFileAt)
            NewestFileAt = file.RecordedAt;
        if (Latest is null || Distribution.MostWanted.Compare(file, Latest) > 0)
            Latest = file;
    }
}
