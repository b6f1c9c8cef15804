using PyRepo.Sigstore.Keys;

namespace PyRepo.Sigstore.Roots;

/// <summary>A log of signatures (Rekor) or of certificates (CT).</summary>
public sealed record TransparencyLog
{
    /// <summary>Its name: the host of its URL.</summary>
    public required string Name { get; init; }

    /// <summary>Its id: how entries, and checkpoints with its first four bytes, name it.</summary>
    public required ReadOnlyMemory<byte> Id { get; init; }

    /// <summary>Its key.</summary>
    public required VerificationKey Key { get; init; }

    /// <summary>When the trusted root trusts it.</summary>
    public required ValidityPeriod Validity { get; init; }
}
