namespace PyRepo.Server.Content.Repositories;

/// <summary>What one member of a group found of a project.</summary>
/// <param name="Member">The member's name.</param>
/// <param name="Found">What it found.</param>
public sealed record MemberVersion(string Member, SnapshotVersion Found);
