using System.Text.Json.Serialization;

namespace PyRepo.Server.Management;

/// <summary>What <c>/status</c> says: the configuration in force, and how each repository fares.</summary>
sealed record StatusDocument
{
    public required string Version { get; init; }

    /// <summary>A digest of the resources in force: Secrets and ConfigMaps are not in it.</summary>
    public required string Hash { get; init; }

    /// <summary>What is wrong with a newer configuration that is not in force.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>Fields that are understood and do nothing yet.</summary>
    public required IReadOnlyList<string> NotSupportedYet { get; init; }

    /// <summary>Secrets and ConfigMaps, or keys of them, that are named and not there, or can't be used.</summary>
    public required IReadOnlyList<string> BadReferences { get; init; }

    public required IReadOnlyList<RepositoryStatus> Repositories { get; init; }
}

/// <summary>How one repository fares.</summary>
sealed record RepositoryStatus
{
    public required string Kind { get; init; }

    public required string Name { get; init; }

    public string? Uid { get; init; }

    public long? Generation { get; init; }

    public required bool Ready { get; init; }

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

/// <summary>How an upstream fares.</summary>
/// <param name="Reachable">Whether its last answer was one; true before it was first asked.</param>
/// <param name="LastSuccess">When it last answered.</param>
/// <param name="LastError">Why its last answer was a failure.</param>
sealed record UpstreamStatus(bool Reachable, DateTimeOffset? LastSuccess, string? LastError);

[JsonSerializable(typeof(StatusDocument))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
sealed partial class StatusJson : JsonSerializerContext;
