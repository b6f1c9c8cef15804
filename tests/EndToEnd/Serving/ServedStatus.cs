namespace EndToEnd.Serving;

/// <summary>What it says of one repository.</summary>
public sealed record ServedStatus
{
    public required string Name { get; init; }

    public required bool Ready { get; init; }

    public string? Message { get; init; }

    public int Projects { get; init; }

    public long Files { get; init; }

    /// <summary>What it says of the bucket, if it is in one.</summary>
    public StorageStatus? Storage { get; init; }

    /// <summary>How many files are not adopted.</summary>
    public int RefusedCount { get; init; }

    /// <summary>Keys of the first files that are not adopted, with the reason.</summary>
    public required IReadOnlyDictionary<string, string> Refused { get; init; }
}
