using System.Collections.Immutable;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Resources.Grouped;
using PyRepo.Server.Access;
using PyRepo.Server.Repositories;

namespace PyRepo.Server.Groups;

/// <summary>Several repositories as one. The order of its members is their priority.</summary>
/// <remarks>
/// With FirstMatch, only the first member that knows a project provides it, so that nobody can inject a file into one
/// of the team's own projects. With Merge, all members that know a project provide it together. If a member cannot
/// answer, the group never skips it.
/// </remarks>
sealed class GroupRepository(ImmutableArray<Member> members, Resolution resolution, ImmutableArray<string> reserved)
    : IRepository
{
    static readonly TimeSpan _retryAfter = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public async ValueTask<ProjectListAnswer> ListProjectsAsync(CancellationToken cancellationToken)
    {
        var byMember = ImmutableArray.CreateBuilder<MemberProjects>();
        var taken = new HashSet<ProjectName>();
        var versions = new List<string>();
        foreach (var member in members)
        {
            switch (await member.Repository.ListProjectsAsync(cancellationToken))
            {
                case ProjectListAnswer.Known known:
                    versions.Add(known.Version);
                    foreach (var part in PartsOf(member, known))
                    {
                        var projects = part.Projects.Where(
                            p => (resolution is Resolution.Merge || !taken.Contains(p)) && !IsReserved(member, p));
                        byMember.Add(part with { Projects = [.. projects] });
                    }
                    taken.UnionWith(known.Projects.Where(p => !IsReserved(member, p)));
                    break;
                case ProjectListAnswer.Unavailable down:
                    return down;
            }
        }
        return new ProjectListAnswer.Known(
            [.. taken.Order()], string.Join('/', versions))
        { ByMember = byMember.ToImmutable() };
    }

    /// <inheritdoc/>
    public async ValueTask<ProjectAnswer> GetProjectAsync(
        ProjectName project, DateTimeOffset? asOf, CancellationToken cancellationToken)
    {
        var (answers, down) = await QueryAsync(project, asOf, cancellationToken);
        if (down is not null)
            return down;
        return answers switch
        {
            [] => ProjectAnswer.NotKnown.Instance,
            // The versions of two members may be equal even though their content differs.
            [var (member, only)] => only with
            {
                Snapshot = only.Snapshot with { Version = $"{member.Name}={only.Snapshot.Version}" },
                AnsweredBy = only.AnsweredBy.Insert(0, member.Name),
                Members = [new MemberAnswer(member.Name, only)],
            },
            _ => Merge(project, answers),
        };
    }

    /// <inheritdoc/>
    public async ValueTask<OpenAnswer> OpenAsync(FileRequest request, CancellationToken cancellationToken)
    {
        var (answers, down) = request.Answer is { } known
            ? (AnswersIn(known), null)
            : await QueryAsync(request.Project, null, cancellationToken);
        if (down is ProjectAnswer.Unavailable unavailable)
            return new OpenAnswer.Unavailable(
                unavailable.Since, unavailable.RetryAfter)
            { Reason = unavailable.Reason };
        if (answers.Count == 0)
            return new OpenAnswer.NotFound($"There is no project '{request.Project}'.");
        var answeredBy = answers.SelectMany(a => a.Answer.AnsweredBy.Insert(0, a.Member.Name)).ToImmutableArray();
        OpenAnswer? failure = null;
        foreach (var (member, answer) in answers)
        {
            // If several members have a file of this name, the page shows the first one's. A URL without a hash means
            // that one.
            if (answers.Count > 1 && answer.Snapshot.FindVisible(request.FileName) is null)
                continue;
            var opened = await member.Repository.OpenAsync(request with { Answer = answer }, cancellationToken);
            if (opened is OpenAnswer.Found)
                return opened with { AnsweredBy = answeredBy };
            failure ??= opened;
            if (opened is OpenAnswer.Unavailable || request.HashPrefix is null)
                break;
        }
        failure ??= new OpenAnswer.NotFound($"There is no file '{request.FileName}' in '{request.Project}'.");
        return failure with { AnsweredBy = answeredBy };
    }

    /// <summary>Queries the members in order, as far as necessary.</summary>
    /// <returns>The members that know the project, or the one that cannot answer and must not be skipped.</returns>
    async Task<(List<(Member Member, ProjectAnswer.Known Answer)> Answers, ProjectAnswer.Unavailable? Down)> QueryAsync(
        ProjectName project, DateTimeOffset? asOf, CancellationToken cancellationToken)
    {
        var answers = new List<(Member, ProjectAnswer.Known)>();
        foreach (var member in members)
        {
            if (IsReserved(member, project))
                continue;
            switch (await member.Repository.GetProjectAsync(project, asOf, cancellationToken))
            {
                case ProjectAnswer.Known known:
                    answers.Add((member, known));
                    if (resolution is Resolution.FirstMatch)
                        return (answers, null);
                    break;
                case ProjectAnswer.Unavailable down:
                    return ([], down with
                    {
                        RetryAfter =
                        down.RetryAfter > TimeSpan.Zero ? down.RetryAfter : _retryAfter
                    });
            }
        }
        return (answers, null);
    }

    List<(Member Member, ProjectAnswer.Known Answer)> AnswersIn(ProjectAnswer.Known known) =>
        [.. known.Members.Select(m => (members.First(member => member.Name == m.Member), m.Answer))];

    /// <summary>
    /// Merges the members' answers. If two members have a file of the same name, the first one's is used.
    /// </summary>
    static ProjectAnswer.Known Merge(ProjectName project, List<(Member Member, ProjectAnswer.Known Answer)> answers)
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
            Version = string.Join('+', answers.Select(a => $"{a.Member.Name}={a.Answer.Snapshot.Version}")),
            Serial = answers.Sum(a => a.Answer.Snapshot.Serial),
            StaleSince = stale,
            Status = first.Status is ProjectStatus.Quarantined ? ProjectStatus.Active : first.Status,
            StatusReason = first.Status is ProjectStatus.Quarantined ? null : first.StatusReason,
            Files = [.. files.Select(f => new SnapshotFile(f))],
        })
        {
            AnsweredBy = [.. answers.SelectMany(a => a.Answer.AnsweredBy.Insert(0, a.Member.Name))],
            Cache = answers.Select(a => a.Answer.Cache).Max(),
            Members = [.. answers.Select(a => new MemberAnswer(a.Member.Name, a.Answer))],
        };
    }

    static ImmutableArray<MemberProjects> PartsOf(Member member, ProjectListAnswer.Known known) =>
        known.ByMember.IsEmpty
        ? [new MemberProjects([member.Name], known.Projects)]
        : [.. known.ByMember.Select(m => m with { Members = m.Members.Insert(0, member.Name) })];

    bool IsReserved(Member member, ProjectName project)
    {
        if (!member.IsProxy)
            return false;
        foreach (var pattern in reserved)
        {
            if (ProjectPattern.Matches(pattern, project))
                return true;
        }
        return false;
    }
}
