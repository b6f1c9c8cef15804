using System.Collections.Immutable;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Groups;

/// <summary>The answers of several members as one.</summary>
static class MergedProject
{
    static readonly Verdict _quarantined = new("status", "quarantined", "belongs to a project that is quarantined");

    /// <summary>Returns the version of the content that some members have together.</summary>
    /// <remarks>The versions of two members may be equal even though their content differs.</remarks>
    /// <param name="members">The members that provide the project, by priority.</param>
    /// <param name="source">The way to the content.</param>
    public static SnapshotVersion GetVersion(ImmutableArray<MemberVersion> members, ISnapshotSource source) => new(
        string.Join('+', members.Select(m => $"{m.Member.Name}={m.Found.Value}")), source,
        members.Max(m => m.Found.Cache))
    {
        StaleSince = members.Max(m => m.Found.StaleSince),
        AnsweredBy = [.. members.SelectMany(m => m.Member.And(m.Found.AnsweredBy))],
    };

    /// <summary>Returns the content of one member, or what several have together.</summary>
    public static ProjectAnswer.Known From(
        ProjectName project, List<(Member Member, ProjectAnswer.Known Answer)> answers) =>
        answers is [var (member, only)] ? From(member, only) : Merge(project, answers);

    static ProjectAnswer.Known From(Member member, ProjectAnswer.Known only) => only with
    {
        Snapshot = only.Snapshot with { Version = GetVersion(member, only.Snapshot), Serial = null },
        AnsweredBy = member.And(only.AnsweredBy),
        Members = [new MemberAnswer(member.Name, only)],
    };

    /// <summary>
    /// Merges the members' answers. If two members have a file of the same name, the first one's is used.
    /// </summary>
    static ProjectAnswer.Known Merge(
        ProjectName project, List<(Member Member, ProjectAnswer.Known Answer)> answers)
    {
        // It is quarantined only if nobody has a file to show.
        var shown = answers.Select(a => a.Answer.Snapshot)
            .FirstOrDefault(p => p.Status is not ProjectStatus.Quarantined) ?? answers[0].Answer.Snapshot;
        var stale = answers.Select(a => a.Answer.Snapshot.StaleSince).Max();
        return new ProjectAnswer.Known(new ProjectSnapshot
        {
            Project = project,
            Version = string.Join('+', answers.Select(a => GetVersion(a.Member, a.Answer.Snapshot))),
            StaleSince = stale,
            Status = shown.Status,
            StatusReason = shown.StatusReason,
            ValidUntil = answers.Select(a => a.Answer.Snapshot.ValidUntil).Min(),
            // A download asks the members, and needs no list of all of them.
            Files = SnapshotFileCollection.Lazily(() => GetFiles(answers)),
        })
        {
            AnsweredBy = [.. answers.SelectMany(a => a.Member.And(a.Answer.AnsweredBy))],
            Cache = answers.Select(a => a.Answer.Cache).Max(),
            Members = [.. answers.Select(a => new MemberAnswer(a.Member.Name, a.Answer))],
        };
    }

    static IEnumerable<SnapshotFile> GetFiles(List<(Member Member, ProjectAnswer.Known Answer)> answers)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        return answers.SelectMany(a => GetFiles(a.Answer.Snapshot))
            .OrderBy(f => !f.IsVisible) // What one member hides may be another one's.
            .Where(f => names.Add(f.Distribution.Name.FileName))
            .OrderBy(f => f.Distribution, Distribution.PageOrder);
    }

    static string GetVersion(Member member, ProjectSnapshot snapshot) => $"{member.Name}={snapshot.Version}";

    /// <summary>The files of a quarantined project are hidden in the merged one, too.</summary>
    static IEnumerable<SnapshotFile> GetFiles(ProjectSnapshot project) =>
        project.Status is not ProjectStatus.Quarantined
        ? project.Files
        : project.Files.Select(f => f.IsVisible ? f with { HiddenBy = [_quarantined] } : f);
}
