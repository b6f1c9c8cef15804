namespace PyRepo.Server.Repositories;

/// <summary>A file of a snapshot and its verdict.</summary>
/// <param name="Distribution">The file.</param>
/// <param name="Hidden">Why it is hidden; null: it is shown.</param>
public readonly record struct SnapshotFile(Distribution Distribution, string? Hidden = null);
