using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Server.Repositories;

namespace PyRepo.Server.Groups;

/// <summary>The answers of several members as one.</summary>
static class MergedProject
{
    /// <summary>Adds the version of the next member's answer to that of the answers before.</summary>
    public static SnapshotVersion Of(SnapshotVersion before, SnapshotVersion next) => before.Value is null
        ? next
        : new SnapshotVersion($"{before.Value}+{next.Value}", (CacheOutcome)Math.Max((int)before.Cache, (int)next.Cache))
        {
            AnsweredBy = [.. before.AnsweredBy, .. next.AnsweredBy],
        };

    /// <summary>
    /// Merges the members' answers. If two members have a file of the same name, the first one's is used.
    /// </summary>
    public static ProjectAnswer.Known Of(
        ProjectName project, List<(Member Member, ProjectAnswer.Known Answer)> answers)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var files = answers
            .SelectMany(a => a.Answer.Snapshot.Visible)
            .Where(f => names.Add(f.Name.FileName))
            .Order(Distribution.PageOrder);
        var first = answers[0].Answer.Snapshot;
        var stale = answers.Select(a => a.Answer.Snapshot.StaleSince).Max();
        return new ProjectAnswer.Known(new ProjectSnapshot
        {
            Project = project,
            Version = string.Join('+', answers.Select(a => a.Member.VersionOf(a.Answer.Snapshot.Version))),
            StaleSince = stale,
            Status = first.Status is ProjectStatus.Quarantined ? ProjectStatus.Active : first.Status,
            StatusReason = first.Status is ProjectStatus.Quarantined ? null : first.StatusReason,
            Files = [.. files.Select(f => new SnapshotFile(f))],
        })
        {
            AnsweredBy = [.. answers.SelectMany(a => a.Member.And(a.Answer.AnsweredBy))],
            Cache = answers.Select(a => a.Answer.Cache).Max(),
            Members = [.. answers.Select(a => new MemberAnswer(a.Member.Name, a.Answer))],
        };
    }
}
