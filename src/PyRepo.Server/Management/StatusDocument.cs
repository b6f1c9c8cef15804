using PyRepo.Server.Configuration;

namespace PyRepo.Server.Management;

/// <summary>The document at <c>/status</c>: the configuration in effect and the status of each repository.</summary>
sealed record StatusDocument
{
    public required string Version { get; init; }

    /// <summary>A digest of the resources in effect. It excludes Secrets and ConfigMaps.</summary>
    public required string Hash { get; init; }

    /// <summary>The problems with a newer configuration that is not in effect.</summary>
    public required IReadOnlyList<ReportedProblem> Problems { get; init; }

    /// <summary>Fields that are known, but have no effect yet.</summary>
    public required IReadOnlyList<string> NotSupportedYet { get; init; }

    /// <summary>
    /// Problems with Secrets, ConfigMaps or their keys that resources name: they are missing or unusable.
    /// </summary>
    public required IReadOnlyList<ReportedProblem> BadReferences { get; init; }

    public required IReadOnlyList<RepositoryStatus> Repositories { get; init; }
}
