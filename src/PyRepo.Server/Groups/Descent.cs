using System.Collections.Immutable;
using PyRepo.Packaging.Names;
using PyRepo.Resources.Grouped;
using PyRepo.Server.Repositories;

namespace PyRepo.Server.Groups;

/// <summary>
/// Asks the members of a group for a project, in order, as far as necessary. This is the only place that decides
/// whether a group goes on to its next member.
/// </summary>
sealed class Descent(
    ImmutableArray<Member> members, Resolution resolution, ReservedNames reserved, GuardedMembers guarded)
{
    static readonly TimeSpan _retryAfter = TimeSpan.FromSeconds(5);

    /// <summary>Finds the members that have a project.</summary>
    /// <param name="project">The project.</param>
    /// <param name="ask">Asks one member.</param>
    /// <returns>
    /// What those members found that know the project. If there are none, the answer says why: one cannot answer and
    /// must not be skipped, or each has proved that it does not have the project.
    /// </returns>
    public async ValueTask<SnapshotVersion> FindAsync(
        ProjectName project, Func<IRepository, ValueTask<SnapshotVersion>> ask)
    {
        if (resolution is Resolution.Merge)
            await guarded.RequireAsync(members, project);
        List<MemberVersion>? found = null;
        List<(Member, Absence)>? absent = null;
        foreach (var member in members)
        {
            if (reserved.Exclude(member, project))
                continue;
            await guarded.RequireAsync(member, project);
            var version = await ask(member.Repository);
            switch (version)
            {
                case { Value: not null }:
                    if (resolution is Resolution.FirstMatch)
                        return MergedProject.VersionOf([new(member.Name, version)]);
                    await guarded.RequireAnswerAsync(member.And(version.AnsweredBy), project);
                    (found ??= []).Add(new(member.Name, version));
                    break;
                case { Answer: ProjectAnswer.NotKnown(var evidence) }:
                    (absent ??= []).Add((member, evidence));
                    break;
                case { Answer: ProjectAnswer.Unavailable down }:
                    return Unavailable(down with { AnsweredBy = member.And(down.AnsweredBy) });
            }
        }
        if (found is not null)
            return MergedProject.VersionOf([.. found]);
        var absence = new AbsentInMembers(absent ?? []);
        return absence.MemberDown is { } silent && reserved.Contains(project)
            ? Unavailable(silent)
            : SnapshotVersion.Of(new ProjectAnswer.NotKnown(absence));
    }

    static SnapshotVersion Unavailable(ProjectAnswer.Unavailable down) => SnapshotVersion.Of(down with
    {
        RetryAfter = down.RetryAfter > TimeSpan.Zero ? down.RetryAfter : _retryAfter,
        IsUnprovedAbsence = false,
    });
}
