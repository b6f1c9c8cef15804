using System.Collections.Immutable;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Groups;

/// <summary>
/// Asks the members of a group for a project, in order, as far as necessary. This is the only place where a group goes
/// on to its next member, and only for a <see cref="ProjectAnswer.NotKnown"/>, which each kind of repository has to
/// prove.
/// </summary>
sealed class Descent(GroupRepository group, Precedence precedence)
{
    static readonly TimeSpan _retryAfter = TimeSpan.FromSeconds(5);

    /// <summary>Finds the members that have a project.</summary>
    /// <param name="project">The project.</param>
    /// <param name="ask">Asks one member.</param>
    /// <param name="cancellationToken">Canceled when nobody waits for the answer any more.</param>
    /// <returns>
    /// The findings of the members that provide the project. If there are none, the answer says why: one cannot answer
    /// and must not be skipped, or each has proved that it does not have the project.
    /// </returns>
    public async ValueTask<SnapshotVersion> FindAsync(
        ProjectName project, Func<IRepository, ValueTask<SnapshotVersion>> ask, CancellationToken cancellationToken)
    {
        if (precedence.AsksAll)
            await group.Guarded.RequireAsync(group.Members, project);
        var found = ImmutableArray.CreateBuilder<MemberVersion>(1);
        List<Absence>? absent = null;
        foreach (var member in group.Members)
        {
            if (!precedence.Provides(member, project, isProvided: found.Count > 0))
                continue;
            await group.Guarded.RequireAsync(member, project);
            var version = await AskAsync(member, project, ask, cancellationToken);
            switch (version)
            {
                case { Value: not null }:
                    if (precedence.AsksAll)
                        await group.Guarded.RequireAnswerAsync(member.And(version.AnsweredBy), project);
                    found.Add(new(member, version));
                    break;
                case { Answer: ProjectAnswer.NotKnown(var evidence) }:
                    (absent ??= []).Add(evidence);
                    break;
                case { Answer: ProjectAnswer.Unavailable down }:
                    return Unavailable(down);
            }
        }
        if (found.Count > 0)
        {
            var providers = found.DrainToImmutable();
            return MergedProject.GetVersion(providers, new MergedSource(group, project, providers));
        }
        var absence = new AbsentInMembers(absent ?? []);
        return absence.MemberDown is { } silent && precedence.IsReserved(project)
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
            Log.MemberFailed(group.Logger, member.Name, project, error);
            return SnapshotVersion.From(new ProjectAnswer.Unavailable(group.Clock.GetUtcNow(), _retryAfter)
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
