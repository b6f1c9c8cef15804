using System.Collections.Immutable;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;

namespace PyRepo.Server.Repositories;

/// <summary>An immutable answer to "what is in this project".</summary>
public sealed record ProjectSnapshot
{
    /// <summary>The project.</summary>
    public required ProjectName Project { get; init; }

    /// <summary>Equal versions of one project mean equal content.</summary>
    public required string Version { get; init; }

    /// <summary>How often the project has changed.</summary>
    public required long Serial { get; init; }

    /// <summary>When a rule that depends on time flips next; null: never.</summary>
    public DateTimeOffset? ValidUntil { get; init; }

    /// <summary>Since when upstream could not be asked; null: it is fresh.</summary>
    public DateTimeOffset? StaleSince { get; init; }

    /// <summary>The project's status (PEP 792).</summary>
    public ProjectStatus Status { get; init; }

    /// <summary>Why it has that status.</summary>
    public string? StatusReason { get; init; }

    /// <summary>All files, each with its verdict, by version and then by name.</summary>
    public required ImmutableArray<SnapshotFile> Files { get; init; }

    /// <summary>The files that a page shows.</summary>
    public IEnumerable<Distribution> Visible =>
        Status is ProjectStatus.Quarantined ? [] : Files.Where(f => f.Hidden is null).Select(f => f.Distribution);

    /// <summary>The same, said to be stale.</summary>
    public ProjectSnapshot AsStale(DateTimeOffset since) => this with { StaleSince = since };

    /// <summary>Finds a file that a page shows by its name, to the letter.</summary>
    public Distribution? FindVisible(string fileName)
    {
        if (Status is ProjectStatus.Quarantined)
            return null;
        foreach (var file in Files)
        {
            if (file.Hidden is null && file.Distribution.Name.FileName == fileName)
                return file.Distribution;
        }
        return null;
    }
}
