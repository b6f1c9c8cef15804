using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Server.Repositories;

namespace PyRepo.Server.Groups;

/// <summary>The answers of several members as one.</summary>
static class MergedProject
{
    static readonly Verdict _quarantined = new("status", "quarantined", "belongs to a project that is quarantined");

    /// <summary>Adds the version of the next member's answer to that of the answers before.</summary>
    public static SnapshotVersion Of(SnapshotVersion before, SnapshotVersion next) => before.Value is null
        ? next
        : new SnapshotVersion(
            $"{before.Value}+{next.Value}", (CacheOutcome)Math.Max((int)before.Cache, (int)next.Cache))
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
        var files = answers.SelectMany(a => FilesOf(a.Answer.Snapshot))
            .OrderBy(f => !f.IsVisible) // What one member hides may be another one's.
            .Where(f => names.Add(f.Distribution.Name.FileName))
            .OrderBy(f => f.Distribution, Distribution.PageOrder);
        // It is quarantined only if nobody has a file to show.
        var shown = answers.Select(a => a.Answer.Snapshot)
            .FirstOrDefault(p => p.Status is not ProjectStatus.Quarantined) ?? answers[0].Answer.Snapshot;
        var stale = answers.Select(a => a.Answer.Snapshot.StaleSince).Max();
        return new ProjectAnswer.Known(new ProjectSnapshot
        {
            Project = project,
            Version = string.Join('+', answers.Select(a => a.Member.VersionOf(a.Answer.Snapshot.Version))),
            StaleSince = stale,
            Status = shown.Status,
            StatusReason = shown.StatusReason,
            ValidUntil = answers.Select(a => a.Answer.Snapshot.ValidUntil).Min(),
            Files = [.. files],
        })
        {
            AnsweredBy = [.. answers.SelectMany(a => a.Member.And(a.Answer.AnsweredBy))],
            Cache = answers.Select(a => a.Answer.Cache).Max(),
            Members = [.. answers.Select(a => new MemberAnswer(a.Member.Name, a.Answer))],
        };
    }

    /// <summary>The files of a quarantined project are hidden in the merged one, too.</summary>
    static IEnumerable<SnapshotFile> FilesOf(ProjectSnapshot project) => project.Status is not ProjectStatus.Quarantined
        ? project.Files
        : project.Files.Select(f => f.IsVisible ? f with { HiddenBy = [_quarantined] } : f);
}
