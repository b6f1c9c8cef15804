using System.Collections.Immutable;
using PyRepo.Packaging.Names;
using PyRepo.Resources.Grouped;
using PyRepo.Server.Access;
using PyRepo.Server.Repositories;

namespace PyRepo.Server.Groups;

/// <summary>Several repositories as one. The order of its members is their priority.</summary>
/// <remarks>
/// With FirstMatch, only the first member that knows a project provides it, so that nobody can inject a file into one
/// of the team's own projects. With Merge, all members that know a project provide it together. If a member cannot
/// answer, the group never skips it. Nor does it skip a proxy that the caller may not read: then nobody is asked.
/// </remarks>
sealed class GroupRepository(ImmutableArray<Member> members, Resolution resolution, ImmutableArray<string> reserved)
    : IRepository
{
    static readonly TimeSpan _retryAfter = TimeSpan.FromSeconds(5);

    /// <summary>Decides for the caller, or null if anyone may read what is asked for.</summary>
    IMemberGuard? Guard { get; init; }

    /// <summary>The names of the groups from the outermost one to this one, without the outermost.</summary>
    ImmutableArray<string> Path { get; init; } = [];

    GroupLists Lists { get; init; } = new();

    MergedCatalog Catalog { get; init; } = new();

    ImmutableArray<Member> Members => members;

    /// <inheritdoc/>
    public IRepository GuardedBy(IMemberGuard guard) => GuardedBy(guard, []);

    /// <inheritdoc/>
    public async ValueTask<ProjectListAnswer> ListProjectsAsync(CancellationToken cancellationToken)
    {
        var answers = new List<(int Index, Member Member, ProjectListAnswer.Known Answer)>();
        foreach (var (index, member) in members.Index())
        {
            if (!await MayAskAsync(member, project: null))
                continue;
            switch (await member.Repository.ListProjectsAsync(cancellationToken))
            {
                case ProjectListAnswer.Known known:
                    answers.Add((index, member, known));
                    break;
                case ProjectListAnswer.Unavailable down:
                    return down;
            }
        }
        var version = string.Join('/', answers.Select(a => a.Answer.Version));
        return await Lists.GetOrBuildAsync(
            version, isForAnyone: Guard is null, () => ListOfAsync(answers, version), cancellationToken);
    }

    async Task<ProjectListAnswer.Known> ListOfAsync(
        List<(int Index, Member Member, ProjectListAnswer.Known Answer)> answers, string version)
    {
        var byMember = ImmutableArray.CreateBuilder<MemberProjects>();
        var taken = new HashSet<ProjectName>();
        foreach (var (index, member, known) in answers)
        {
            var asked = resolution is Resolution.Merge ? members : members[..index];
            var unreachable = await FindUnreachableAsync(known.Projects, asked);
            bool IsListed(ProjectName p) => !IsReserved(member, p) && !unreachable.Contains(p);
            foreach (var part in PartsOf(member, known))
            {
                var projects = part.Projects.Where(
                    p => (resolution is Resolution.Merge || !taken.Contains(p)) && IsListed(p));
                byMember.Add(part with { Projects = [.. projects] });
            }
            taken.UnionWith(known.Projects.Where(IsListed));
        }
        return new ProjectListAnswer.Known([.. taken.Order()], version) { ByMember = byMember.ToImmutable() };
    }

    /// <inheritdoc/>
    public async ValueTask<Catalog> GetCatalogAsync(CancellationToken cancellationToken)
    {
        var parts = ImmutableArray.CreateBuilder<(Member, Catalog)>(members.Length);
        foreach (var member in members)
            parts.Add((member, await member.Repository.GetCatalogAsync(cancellationToken)));
        return Catalog.Of(parts.MoveToImmutable(), resolution is Resolution.Merge, IsReserved);
    }

    /// <inheritdoc/>
    public ValueTask<ProjectAnswer> GetProjectAsync(
        ProjectName project, DateTimeOffset? asOf, CancellationToken cancellationToken) =>
        GetProjectAsync(project, member => member.GetProjectAsync(project, asOf, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<ProjectAnswer> ExplainAsync(
        ProjectName project, string version, CancellationToken cancellationToken) =>
        GetProjectAsync(project, member => member.ExplainAsync(project, version, cancellationToken));

    async ValueTask<ProjectAnswer> GetProjectAsync(
        ProjectName project, Func<IRepository, ValueTask<ProjectAnswer>> ask)
    {
        var (answers, other) = await QueryAsync(project, ask);
        return answers switch
        {
            [] => other ?? ProjectAnswer.NotKnown.Instance,
            [var (member, only)] => only with
            {
                Snapshot = only.Snapshot with { Version = member.VersionOf(only.Snapshot.Version), Serial = null },
                AnsweredBy = member.And(only.AnsweredBy),
                Members = [new MemberAnswer(member.Name, only)],
            },
            _ => MergedProject.Of(project, answers),
        };
    }

    /// <inheritdoc/>
    public async ValueTask<SnapshotVersion?> FindVersionAsync(
        ProjectName project, CancellationToken cancellationToken)
    {
        if (resolution is Resolution.Merge)
            await RequireAsync(members, project);
        var merged = SnapshotVersion.NotKnown;
        ProjectAnswer.Unavailable? memberDown = null;
        foreach (var member in members)
        {
            if (IsReserved(member, project))
                continue;
            await RequireAsync(member, project);
            if (await member.Repository.FindVersionAsync(project, cancellationToken) is not { } found)
                return null;
            if (found.Down is { } down)
                return SnapshotVersion.OfUnavailable(WithRetry(down));
            memberDown ??= found.MemberDown;
            if (found.Value is null)
                continue;
            var answer = found with
            {
                Value = member.VersionOf(found.Value),
                AnsweredBy = member.And(found.AnsweredBy),
            };
            if (resolution is Resolution.FirstMatch)
                return answer;
            await RequireAnswerAsync(answer.AnsweredBy, project);
            merged = MergedProject.Of(merged, answer);
        }
        return merged.Value is not null ? merged
            : memberDown is not null && IsReserved(project) ? SnapshotVersion.OfUnavailable(WithRetry(memberDown))
            : merged with { MemberDown = memberDown };
    }

    /// <inheritdoc/>
    public async ValueTask<OpenAnswer> OpenAsync(FileRequest request, CancellationToken cancellationToken)
    {
        var (answers, other) = request.Answer is { } known
            ? (AnswersIn(known), null)
            : await QueryAsync(
                request.Project, member => member.GetProjectAsync(request.Project, null, cancellationToken));
        if (other is ProjectAnswer.Unavailable unavailable)
        {
            return new OpenAnswer.Unavailable(unavailable.Since, unavailable.RetryAfter)
            {
                Reason = unavailable.Reason,
            };
        }
        if (answers.Count == 0)
            return new OpenAnswer.NotFound($"There is no project '{request.Project}'.");
        OpenAnswer? failure = null;
        foreach (var (member, answer) in answers)
        {
            // If several members have a file of this name, the page shows the first one's. A URL without a hash means
            // that one.
            if (answers.Count > 1 && answer.Snapshot.FindVisible(request.FileName) is null)
                continue;
            var opened = await member.Repository.OpenAsync(request with { Answer = answer }, cancellationToken);
            if (opened is OpenAnswer.Found)
                return opened with { AnsweredBy = member.And(opened.AnsweredBy) };
            failure ??= opened;
            if (opened is OpenAnswer.Unavailable || request.HashPrefix is null)
                break;
        }
        return failure ?? new OpenAnswer.NotFound($"There is no file '{request.FileName}' in '{request.Project}'.");
    }

    /// <summary>Queries the members in order, as far as necessary.</summary>
    /// <returns>
    /// The members that know the project; or if there are none, the answer of the one that cannot answer and must not
    /// be skipped, or why a member does not know it.
    /// </returns>
    async Task<(List<(Member Member, ProjectAnswer.Known Answer)> Answers, ProjectAnswer? Other)> QueryAsync(
        ProjectName project, Func<IRepository, ValueTask<ProjectAnswer>> ask)
    {
        var answers = new List<(Member, ProjectAnswer.Known)>();
        ProjectAnswer? unknown = null;
        if (resolution is Resolution.Merge)
            await RequireAsync(members, project);
        foreach (var member in members)
        {
            if (IsReserved(member, project))
                continue;
            await RequireAsync(member, project);
            var answer = await ask(member.Repository);
            switch (answer)
            {
                case ProjectAnswer.Known known:
                    answers.Add((member, known));
                    if (resolution is Resolution.FirstMatch)
                        return (answers, null);
                    await RequireAnswerAsync(member.And(known.AnsweredBy), project);
                    break;
                case ProjectAnswer.Unavailable unavailable:
                    return ([], WithRetry(unavailable));
                case ProjectAnswer.NotKnown { HiddenBy: not null } or ProjectAnswer.NotKnown { MemberDown: not null }:
                    unknown ??= answer;
                    break;
            }
        }
        return answers.Count == 0 && unknown is ProjectAnswer.NotKnown { MemberDown: { } down } && IsReserved(project)
            ? ([], WithRetry(down))
            : (answers, unknown);
    }

    static ProjectAnswer.Unavailable WithRetry(ProjectAnswer.Unavailable down) =>
        down.RetryAfter > TimeSpan.Zero ? down : down with { RetryAfter = _retryAfter };

    List<(Member Member, ProjectAnswer.Known Answer)> AnswersIn(ProjectAnswer.Known known) =>
        [.. known.Members.Select(m => (members.First(member => member.Name == m.Member), m.Answer))];

    GroupRepository GuardedBy(IMemberGuard guard, ImmutableArray<string> path) => new(
        [.. members.Select(m => m.Repository is GroupRepository inner
            ? m with { Repository = inner.GuardedBy(guard, path.Add(m.Name)) }
            : m)],
        resolution, reserved)
    {
        Guard = guard,
        Path = path,
        Lists = Lists,
        Catalog = Catalog,
    };

    /// <summary>Rejects the request if the caller may not read a project of the proxies among some members.</summary>
    async ValueTask RequireAsync(ImmutableArray<Member> asked, ProjectName project)
    {
        if (Guard is null)
            return;
        foreach (var member in asked)
            await RequireAsync(member, project);
    }

    /// <summary>Rejects the request if the caller may not read a project of a member that is a proxy.</summary>
    async ValueTask RequireAsync(Member asked, ProjectName project)
    {
        if (Guard is not null && asked.IsProxy && !IsReserved(asked, project))
            await Guard.RequireAsync(Path.Add(asked.Name), project);
    }

    /// <summary>
    /// Rejects the request if the caller may not read a member's part of a merge. Then the other members are not asked.
    /// </summary>
    async ValueTask RequireAnswerAsync(ImmutableArray<string> answeredBy, ProjectName project)
    {
        if (Guard is not null)
            await Guard.RequireAsync([.. Path, .. answeredBy], project);
    }

    /// <summary>Whether a member may be asked for the caller, about a project or for its list.</summary>
    async ValueTask<bool> MayAskAsync(Member member, ProjectName? project) =>
        Guard is null || !member.IsProxy || (project is { } name && IsReserved(member, name))
        || await Guard.AllowsAsync(Path.Add(member.Name), project);

    /// <summary>
    /// Whether all these members, and those of inner groups, may be asked about a project for the caller.
    /// </summary>
    async ValueTask<bool> MayAskAllAsync(ImmutableArray<Member> asked, ProjectName project)
    {
        if (Guard is null)
            return true;
        foreach (var member in asked)
        {
            if (!await MayAskAsync(member, project)
                || (member.Repository is GroupRepository inner && !await inner.MayAskAllAsync(inner.Members, project)))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>
    /// Returns the projects that the caller cannot get, because some of these members would have to be asked first.
    /// </summary>
    async ValueTask<HashSet<ProjectName>> FindUnreachableAsync(
        ImmutableArray<ProjectName> projects, ImmutableArray<Member> asked)
    {
        var unreachable = new HashSet<ProjectName>();
        if (Guard is null || asked.IsEmpty)
            return unreachable;
        foreach (var project in projects)
        {
            if (!await MayAskAllAsync(asked, project))
                unreachable.Add(project);
        }
        return unreachable;
    }

    static ImmutableArray<MemberProjects> PartsOf(Member member, ProjectListAnswer.Known known) =>
        known.ByMember.IsEmpty
        ? [new MemberProjects([member.Name], known.Projects)]
        : [.. known.ByMember.Select(m => m with { Members = m.Members.Insert(0, member.Name) })];

    bool IsReserved(Member member, ProjectName project) => member.IsProxy && IsReserved(project);

    bool IsReserved(ProjectName project)
    {
        foreach (var pattern in reserved)
        {
            if (ProjectPattern.Matches(pattern, project))
                return true;
        }
        return false;
    }
}
