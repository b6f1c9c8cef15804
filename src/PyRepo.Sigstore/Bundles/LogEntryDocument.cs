namespace PyRepo.Sigstore.Bundles;

/// <summary>An entry of a log as JSON has it, in bundles as in attestations.</summary>
sealed record LogEntryDocument
{
    /// <summary>A tree of 2⁶² entries.</summary>
    const int MaxHashes = 62;

    const int HashLength = 32;

    /// <summary>JSON leaves out 0.</summary>
    public long LogIndex { get; init; }
    public required LogIdDocument LogId { get; init; }
    public required KindDocument KindVersion { get; init; }
    public long IntegratedTime { get; init; }
    public PromiseDocument? InclusionPromise { get; init; }
    public ProofDocument? InclusionProof { get; init; }
    public required byte[] CanonicalizedBody { get; init; }

    /// <exception cref="FormatException">It is not valid.</exception>
    public LogEntry ToEntry()
    {
        if (LogIndex < 0 || IntegratedTime < 0)
            throw new FormatException("a log entry has a negative number");
        return new LogEntry
        {
            Index = LogIndex,
            LogId = LogId.KeyId,
            Kind = KindVersion.Kind,
            Version = KindVersion.Version,
            Body = CanonicalizedBody,
            IntegratedTime = IntegratedTime,
            SignedEntryTimestamp = InclusionPromise?.SignedEntryTimestamp,
            Proof = InclusionProof?.ToProof() ?? throw new FormatException("a log entry has no inclusion proof"),
        };
    }

    internal sealed record LogIdDocument
    {
        public required byte[] KeyId { get; init; }
    }

    internal sealed record KindDocument
    {
        public required string Kind { get; init; }
        public required string Version { get; init; }
    }

    internal sealed record PromiseDocument
    {
        public required byte[] SignedEntryTimestamp { get; init; }
    }

    internal sealed record ProofDocument
    {
        public long LogIndex { get; init; }
        public required byte[] RootHash { get; init; }
        public required long TreeSize { get; init; }
        public byte[]?[]? Hashes { get; init; }
        public CheckpointDocument? Checkpoint { get; init; }

        public InclusionProof ToProof()
        {
            var hashes = Hashes ?? [];
            if (LogIndex < 0 || TreeSize < 0 || hashes.Length > MaxHashes
                || hashes.Append(RootHash).Any(hash => hash is not { Length: HashLength }))
            {
                throw new FormatException("an inclusion proof is not valid");
            }
            return new InclusionProof
            {
                Index = LogIndex,
                TreeSize = TreeSize,
                RootHash = RootHash,
                Hashes = [.. hashes.Select(hash => (ReadOnlyMemory<byte>)hash)],
                Checkpoint = Checkpoint?.Envelope
                    ?? throw new FormatException("an inclusion proof has no checkpoint"),
            };
        }
    }

    internal sealed record CheckpointDocument
    {
        public required string Envelope { get; init; }
    }
}
