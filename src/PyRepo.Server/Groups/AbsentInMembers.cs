using PyRepo.Server.Repositories;

namespace PyRepo.Server.Groups;

/// <summary>Each member of a group that may have a project has proved that it does not.</summary>
/// <param name="Members">The members that were asked, with their evidence.</param>
sealed record AbsentInMembers(IReadOnlyList<(Member Member, Absence Evidence)> Members) : Absence
{
    /// <inheritdoc/>
    public override Verdict? HiddenBy =>
        Members.Select(m => m.Evidence.HiddenBy).FirstOrDefault(verdict => verdict is not null);

    /// <inheritdoc/>
    public override ProjectAnswer.Unavailable? MemberDown => Members
        .Select(m => m.Evidence.MemberDown is { } down
            ? down with { AnsweredBy = m.Member.And(down.AnsweredBy) }
            : null)
        .FirstOrDefault(down => down is not null);
}
