namespace PyRepo.Server.Content.Repositories;

/// <summary>The answer of one member of a group.</summary>
/// <param name="Member">The member's name.</param>
/// <param name="Answer">Its answer.</param>
public sealed record MemberAnswer(string Member, ProjectAnswer.Known Answer);
