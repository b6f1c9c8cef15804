using System.Collections.Immutable;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Groups;

/// <summary>The content of the members that provide a project.</summary>
/// <param name="group">Asked again if one of them has lost it since.</param>
/// <param name="project">The project.</param>
/// <param name="members">The findings of these members.</param>
sealed class MergedSource(IRepository group, ProjectName project, ImmutableArray<MemberVersion> members)
    : ISnapshotSource
{
    /// <inheritdoc/>
    public async ValueTask<ProjectAnswer> LoadAsync(CancellationToken cancellationToken)
    {
        var answers = new List<(Member, ProjectAnswer.Known)>(members.Length);
        foreach (var (member, found) in members)
        {
            // What changed in between may be another member's by now.
            if (await found.LoadAsync(cancellationToken) is not ProjectAnswer.Known known)
                return await group.GetProjectAsync(project, null, cancellationToken);
            answers.Add((member, known));
        }
        return MergedProject.From(project, answers);
    }
}

/// <summary>The findings of one member of a group about a project.</summary>
/// <param name="Member">The member.</param>
/// <param name="Found">Its findings.</param>
readonly record struct MemberVersion(Member Member, SnapshotVersion Found);
