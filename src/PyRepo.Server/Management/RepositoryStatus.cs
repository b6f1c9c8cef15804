using PyRepo.Server.Repositories;

namespace PyRepo.Server.Management;

/// <summary>How one repository fares.</summary>
sealed record RepositoryStatus
{
    public required string Kind { get; init; }

    public required string Name { get; init; }

    public string? Uid { get; init; }

    public long? Generation { get; init; }

    public required bool Ready { get; init; }

    /// <summary>What kind of thing keeps it from being ready; null while it is ready. Programs read this, not the message.</summary>
    public UnavailableReason? Reason { get; init; }

    /// <summary>Why it is not ready.</summary>
    public string? Message { get; init; }

    public int Projects { get; init; }

    public long Files { get; init; }

    /// <summary>The sum of the files' sizes in bytes.</summary>
    public long Size { get; init; }

    /// <summary>How a proxy's upstream fares.</summary>
    public UpstreamStatus? Upstream { get; init; }

    /// <summary>Files in the folder that are not adopted, with the reason.</summary>
    public required IReadOnlyDictionary<string, string> Refused { get; init; }
}
