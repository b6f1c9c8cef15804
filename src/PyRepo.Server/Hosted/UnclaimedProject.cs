using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Hosted;

/// <summary>A hosted repository has neither a record nor a file of a project, adopted or not.</summary>
sealed record UnclaimedProject : Absence;
