namespace PyRepo.Sigstore.Bundles;

/// <summary>An entry of a log of signatures (Rekor), with the proof that the log has it.</summary>
public sealed record LogEntry
{
    /// <summary>The number of the entry in all shards of the log.</summary>
    public required long Index { get; init; }

    /// <summary>The log's id.</summary>
    public required ReadOnlyMemory<byte> LogId { get; init; }

    /// <summary>The kind of the entry, such as <c>dsse</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The version of that kind: of Rekor v1, other than of v2.</summary>
    public required string Version { get; init; }

    /// <summary>The entry, as the log hashed it.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The time of Rekor v1, in seconds since 1970. It counts only if the log has signed it.</summary>
    public required long IntegratedTime { get; init; }

    /// <summary>The log's signature of that time; null if there is none.</summary>
    public required byte[]? SignedEntryTimestamp { get; init; }

    /// <summary>The proof that it is in the log's tree.</summary>
    public required InclusionProof Proof { get; init; }
}

/// <summary>The proof that an entry is in a tree (RFC 6962 §2.1.1), whose root the log has signed.</summary>
public sealed record InclusionProof
{
    /// <summary>The number of the entry in the tree.</summary>
    public required long Index { get; init; }

    /// <summary>The number of entries of the tree.</summary>
    public required long TreeSize { get; init; }

    /// <summary>The tree's root.</summary>
    public required ReadOnlyMemory<byte> RootHash { get; init; }

    /// <summary>The hashes from the entry to the root.</summary>
    public required IReadOnlyList<ReadOnlyMemory<byte>> Hashes { get; init; }

    /// <summary>The root as the log has signed it.</summary>
    public required string Checkpoint { get; init; }
}
