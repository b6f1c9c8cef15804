using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Names;
using PyRepo.Resources.Grouped;
using PyRepo.Server.Content.Advisories;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Groups;

/// <summary>Several repositories as one. The order of its members is their priority.</summary>
/// <remarks>
/// <see cref="Precedence"/> decides which members provide a project. If a member cannot answer, the group does not skip
/// it, unless a list that it sent lately lacks the name (<see cref="UnlistedProject"/>). Nor does it skip a proxy that
/// the caller may not read: then nobody is asked.
/// </remarks>
sealed class GroupRepository(ImmutableArray<Member> members, Resolution resolution, ImmutableArray<string> reserved)
    : IRepository
{
    readonly Precedence _precedence = new(resolution, reserved);

    /// <summary>The members that may be asked for the caller: all of them, unless a guard decides.</summary>
    public GuardedMembers Guarded
    {
        get => field ??= new GuardedMembers(null, [], _precedence);
        init;
    }

    /// <summary>The members, in the order of their priority.</summary>
    public ImmutableArray<Member> Members => members;

    /// <summary>The advisories of the members, or null if none has any.</summary>
    public IAdvisoryIndex? Advisories => members.Any(member => member.Advisories is not null)
        ? new GroupAdvisories(members, _precedence)
        : null;

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The log of members' failures.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    Descent Descent => field ??= new Descent(this, _precedence);

    GroupLists Lists { get; init; } = new();

    MergedCatalog Catalog { get; init; } = new();

    /// <inheritdoc/>
    public bool IsKnownToHave(ProjectName project) => members.Any(member => member.Repository.IsKnownToHave(project));

    /// <inheritdoc/>
    public string VerdictsVersion => members.Any(member => member.Repository.VerdictsVersion.Length > 0)
        ? string.Join('+', members.Select(member => member.Repository.VerdictsVersion))
        : "";

    /// <inheritdoc/>
    public IRepository GuardedBy(IMemberGuard guard) => GuardedBy(guard, []);

    /// <inheritdoc/>
    public async ValueTask<ProjectListAnswer> ListProjectsAsync(CancellationToken cancellationToken)
    {
        var answers = new List<(int Index, Member Member, ProjectListAnswer.Known Answer)>();
        foreach (var (index, member) in members.Index())
        {
            if (!await Guarded.MayListAsync(member))
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
            version, isForAnyone: Guarded.Guard is null, () => ListOfAsync(answers, version), cancellationToken);
    }

    async Task<ProjectListAnswer.Known> ListOfAsync(
        List<(int Index, Member Member, ProjectListAnswer.Known Answer)> answers, string version)
    {
        var byMember = ImmutableArray.CreateBuilder<MemberProjects>();
        var taken = new HashSet<ProjectName>();
        foreach (var (index, member, known) in answers)
        {
            var asked = _precedence.GetAskedFirst(members, index);
            var unreachable = await Guarded.FindUnreachableAsync(known.Projects, asked);
            bool IsListed(ProjectName project) =>
                _precedence.Provides(member, project, taken.Contains(project)) && !unreachable.Contains(project);
            foreach (var part in GetParts(member, known))
                byMember.Add(part with { Projects = [.. part.Projects.Where(IsListed)] });
            // Each name is looked at before it is added, and is there once.
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
        return Catalog.Merge(parts.MoveToImmutable(), _precedence);
    }

    /// <inheritdoc/>
    public ValueTask<SnapshotVersion> FindAsync(ProjectName project, CancellationToken cancellationToken) =>
        Descent.FindAsync(project, member => member.FindAsync(project, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ProjectAnswer> GetProjectAsync(
        ProjectName project, DateTimeOffset? asOf, CancellationToken cancellationToken) =>
        DescendAsync(
            project, member => member.GetProjectAsync(project, asOf, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ProjectAnswer> ExplainAsync(
        ProjectName project, string version, CancellationToken cancellationToken) =>
        DescendAsync(
            project, member => member.ExplainAsync(project, version, cancellationToken), cancellationToken);

    async ValueTask<ProjectAnswer> DescendAsync(
        ProjectName project, Func<IRepository, ValueTask<ProjectAnswer>> ask, CancellationToken cancellationToken)
    {
        var found = await Descent.FindAsync(
            project, async member => SnapshotVersion.From(await ask(member)), cancellationToken);
        return await found.LoadAsync(cancellationToken);
    }

    Member GetMember(string name) => members.First(member => member.Name == name);

    /// <inheritdoc/>
    public async ValueTask<OpenAnswer> OpenAsync(FileRequest request, CancellationToken cancellationToken)
    {
        var answer = request.Answer ?? await GetProjectAsync(request.Project, null, cancellationToken);
        if (answer is ProjectAnswer.Unavailable unavailable)
        {
            return new OpenAnswer.Unavailable(unavailable.Since, unavailable.RetryAfter)
            {
                Reason = unavailable.Reason,
            };
        }
        if (answer is not ProjectAnswer.Known { Members: var answers })
            return new OpenAnswer.NotFound($"There is no project '{request.Project}'.");
        OpenAnswer? failure = null;
        foreach (var (name, part) in answers)
        {
            // If several members have a file of this name, the page shows the first one's. A URL without a hash means
            // that one.
            if (answers.Length > 1 && part.Snapshot.FindVisible(request.FileName) is null)
                continue;
            var member = GetMember(name);
            var opened = await member.Repository.OpenAsync(request with { Answer = part }, cancellationToken);
            if (opened is OpenAnswer.Found)
                return opened with { AnsweredBy = member.And(opened.AnsweredBy) };
            failure ??= opened;
            if (opened is OpenAnswer.Unavailable || !request.NamesOneFile)
                break;
        }
        if (failure is not null)
            return failure;
        return await FindHidingAsync(request, answers, cancellationToken) is { } hiding
            ? OpenAnswer.NotFound.Hidden(request.FileName, hiding)
            : new OpenAnswer.NotFound($"There is no file '{request.FileName}' in '{request.Project}'.");
    }

    /// <summary>Asks the members whose pages lack a file which rule hides it. Null: none does.</summary>
    async Task<Verdict?> FindHidingAsync(
        FileRequest request, ImmutableArray<MemberAnswer> answers, CancellationToken cancellationToken)
    {
        if (!DistributionFileName.TryParse(request.FileName, request.Project, out var name))
            return null;
        // A record hides nothing, and a hosted repository would verify attestations first.
        foreach (var answer in answers.Where(each => each.Answer.Snapshot.Files.Blocks is null))
        {
            var explained = await GetMember(answer.Member).Repository.ExplainAsync(
                request.Project, name.VersionText, cancellationToken);
            if ((explained as ProjectAnswer.Known)?.Snapshot.Files.FindHiding(request.FileName) is { } verdict)
                return verdict;
        }
        return null;
    }

    GroupRepository GuardedBy(IMemberGuard guard, ImmutableArray<string> path) => new(
        [.. members.Select(m => m.Repository is GroupRepository inner
            ? m with { Repository = inner.GuardedBy(guard, path.Add(m.Name)) }
            : m)],
        resolution, reserved)
    {
        Guarded = new GuardedMembers(guard, path, _precedence),
        Clock = Clock,
        Logger = Logger,
        Lists = Lists,
        Catalog = Catalog,
    };

    static ImmutableArray<MemberProjects> GetParts(Member member, ProjectListAnswer.Known known) =>
        known.ByMember.IsEmpty
        ? [new MemberProjects([member.Name], known.Projects)]
        : [.. known.ByMember.Select(m => m with { Members = m.Members.Insert(0, member.Name) })];
}

/// <summary>
/// The last list of a group for anyone. Lists are built one at a time, because one of a large index takes much memory.
/// </summary>
sealed class GroupLists
{
    readonly SemaphoreSlim _turn = new(1);
    volatile ProjectListAnswer.Known? _last;

    /// <summary>Returns the list of a version, or builds it.</summary>
    /// <param name="version">The version, made of those of the members.</param>
    /// <param name="isForAnyone">Whether the list does not depend on the caller.</param>
    /// <param name="build">Builds the list.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async ValueTask<ProjectListAnswer.Known> GetOrBuildAsync(
        string version, bool isForAnyone, Func<Task<ProjectListAnswer.Known>> build,
        CancellationToken cancellationToken)
    {
        if (isForAnyone && _last is { } known && known.Version == version)
            return known;
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (isForAnyone && _last is { } meanwhile && meanwhile.Version == version)
                return meanwhile;
            var built = await build();
            if (isForAnyone)
                _last = built;
            return built;
        }
        finally
        {
            _turn.Release();
        }
    }
}
