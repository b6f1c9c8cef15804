using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Groups;

/// <summary>A hosted member that does not answer at the moment, and whose last list lacks the project.</summary>
/// <param name="Down">Why it does not answer.</param>
sealed record UnlistedProject(ProjectAnswer.Unavailable Down) : Absence
{
    /// <inheritdoc/>
    public override ProjectAnswer.Unavailable? MemberDown => Down;
}
