namespace PyRepo.Server.Repositories;

/// <summary>What one member of a group answered.</summary>
/// <param name="Member">The member's name.</param>
/// <param name="Answer">Its answer.</param>
public sealed record MemberAnswer(string Member, ProjectAnswer.Known Answer);
