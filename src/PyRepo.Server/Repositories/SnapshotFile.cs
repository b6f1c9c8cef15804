namespace PyRepo.Server.Repositories;

/// <summary>A file of a snapshot, and whether it is visible.</summary>
/// <param name="Distribution">The file.</param>
/// <param name="Hidden">Why the file is hidden, or null if it is visible.</param>
public readonly record struct SnapshotFile(Distribution Distribution, string? Hidden = null);
