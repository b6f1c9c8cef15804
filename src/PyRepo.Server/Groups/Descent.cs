using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using PyRepo.Packaging.Names;
using PyRepo.Resources.Grouped;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Groups;

/// <summary>
/// Asks the members of a group for a project, in order, as far as necessary. This is the only place where a group goes
/// on to its next member, and only for a <see cref="ProjectAnswer.NotKnown"/>, which each kind of repository has to
/// prove.
/// </summary>
sealed class Descent(
    ImmutableArray<Member> members, Resolution resolution, ReservedNames reserved, GuardedMembers guarded,
    TimeProvider clock, ILogger logger)
{
    static readonly TimeSpan _retryAfter = TimeSpan.FromSeconds(5);

    /// <summary>Finds the members that have a project.</summary>
    /// <param name="project">The project.</param>
    /// <param name="ask">Asks one member.</param>
    /// <param name="cancellationToken">Canceled when nobody waits for the answer any more.</param>
    /// <returns>
    /// The findings of the members that know the project. If there are none, the answer says why: one cannot answer and
    /// must not be skipped, or each has proved that it does not have the project.
    /// </returns>
    public async ValueTask<SnapshotVersion> FindAsync(
        ProjectName project, Func<IRepository, ValueTask<SnapshotVersion>> ask, CancellationToken cancellationToken)
    {
        if (resolution is Resolution.Merge)
            await guarded.RequireAsync(members, project);
        List<MemberVersion>? found = null;
        List<Absence>? absent = null;
        foreach (var member in members)
        {
            if (reserved.Exclude(member, project))
                continue;
            await guarded.RequireAsync(member, project);
            var version = await AskAsync(member, project, ask, cancellationToken);
            switch (version)
            {
                case { Value: not null }:
                    if (resolution is Resolution.FirstMatch)
                        return MergedProject.GetVersion([new(member.Name, version)]);
                    await guarded.RequireAnswerAsync(member.And(version.AnsweredBy), project);
                    (found ??= []).Add(new(member.Name, version));
                    break;
                case { Answer: ProjectAnswer.NotKnown(var evidence) }:
                    (absent ??= []).Add(evidence);
                    break;
                case { Answer: ProjectAnswer.Unavailable down }:
                    return Unavailable(down);
            }
        }
        if (found is not null)
            return MergedProject.GetVersion([.. found]);
        var absence = new AbsentInMembers(absent ?? []);
        return absence.MemberDown is { } silent && reserved.Contains(project)
            ? Unavailable(silent)
            : SnapshotVersion.From(new ProjectAnswer.NotKnown(absence));
    }

    /// <summary>
    /// Asks a member. One that fails may have the project, so it is unavailable. The failure itself is for the log: who
    /// may read the project is decided afterwards.
    /// </summary>
    async ValueTask<SnapshotVersion> AskAsync(
        Member member, ProjectName project, Func<IRepository, ValueTask<SnapshotVersion>> ask,
        CancellationToken cancellationToken)
    {
        // A group does so itself, and rejects callers.
        if (member.Repository is GroupRepository)
            return await ask(member.Repository);
        try
        {
            return await ask(member.Repository);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            Log.MemberFailed(logger, member.Name, project, error);
            return SnapshotVersion.From(new ProjectAnswer.Unavailable(clock.GetUtcNow(), _retryAfter)
            {
                Reason = "A member of the group failed. See the server's log for details.",
            });
        }
    }

    static SnapshotVersion Unavailable(ProjectAnswer.Unavailable down) => SnapshotVersion.From(down with
    {
        RetryAfter = down.RetryAfter > TimeSpan.Zero ? down.RetryAfter : _retryAfter,
        IsUnprovedAbsence = false,
    });
}

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
