namespace EndToEnd.Serving;

/// <summary>What it says of a bucket.</summary>
public sealed record StorageStatus
{
    public bool? ConditionalWrites { get; init; }

    public string? Code { get; init; }

    public string? Message { get; init; }
}
