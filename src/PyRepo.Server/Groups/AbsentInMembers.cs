using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Groups;

/// <summary>Each member of a group that may have a project has proved that it does not.</summary>
/// <param name="Evidence">That of each member that was asked.</param>
sealed record AbsentInMembers(IReadOnlyList<Absence> Evidence) : Absence
{
    /// <inheritdoc/>
    public override Verdict? HiddenBy =>
        Evidence.Select(each => each.HiddenBy).FirstOrDefault(verdict => verdict is not null);

    /// <inheritdoc/>
    public override ProjectAnswer.Unavailable? MemberDown =>
        Evidence.Select(each => each.MemberDown).FirstOrDefault(down => down is not null);
}
