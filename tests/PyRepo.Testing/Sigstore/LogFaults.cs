using System.Security.Cryptography;

namespace PyRepo.Testing.Sigstore;

/// <summary>How a log lies about an entry. It signs what it says.</summary>
public sealed record LogFaults
{
    /// <summary>Another key signs the entry's time.</summary>
    public ECDsa? TimeKey { get; init; }

    /// <summary>Another key signs the checkpoint.</summary>
    public ECDsa? CheckpointKey { get; init; }

    /// <summary>Another name is the checkpoint's.</summary>
    public string? CheckpointName { get; init; }

    /// <summary>The checkpoint is about another tree.</summary>
    public byte[]? CheckpointRoot { get; init; }

    /// <summary>The checkpoint is about another number of entries.</summary>
    public long? CheckpointSize { get; init; }

    /// <summary>The time that it signs; the one of the signature if null.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>The id by which it goes.</summary>
    public byte[]? Id { get; init; }
}
