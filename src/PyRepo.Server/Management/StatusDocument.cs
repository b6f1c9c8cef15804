using PyRepo.Server.Configuration;

namespace PyRepo.Server.Management;

/// <summary>What <c>/status</c> says: the configuration in force, and how each repository fares.</summary>
sealed record StatusDocument
{
    public required string Version { get; init; }

    /// <summary>A digest of the resources in force: Secrets and ConfigMaps are not in it.</summary>
    public required string Hash { get; init; }

    /// <summary>What is wrong with a newer configuration that is not in force.</summary>
    public required IReadOnlyList<ReportedProblem> Problems { get; init; }

    /// <summary>Fields that are understood and do nothing yet.</summary>
    public required IReadOnlyList<string> NotSupportedYet { get; init; }

    /// <summary>Secrets and ConfigMaps, or keys of them, that are named and not there, or can't be used.</summary>
    public required IReadOnlyList<ReportedProblem> BadReferences { get; init; }

    public required IReadOnlyList<RepositoryStatus> Repositories { get; init; }
}
