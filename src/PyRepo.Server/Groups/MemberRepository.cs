using System.Collections.Immutable;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Background;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Groups;

/// <summary>
/// A group's member on another server. If the member is a hosted repository, this knows its project names.
/// </summary>
/// <remarks>
/// While a hosted member cannot be reached, the names on its last list are unavailable. Any other name is not the
/// member's, so the group can continue, unless the name is reserved. Until the first list has been read, and when the
/// last one is too old, every name is unavailable: others may reach the member, and upload to it. What a member says
/// itself holds: if it cannot answer about a name, the group does not continue. While a proxy is down, all of its names
/// are unavailable.
/// </remarks>
sealed class MemberRepository(IRepository member, bool isHosted, TimeProvider clock) : IRepository, IAsyncDisposable
{
    static readonly TimeSpan _listInterval = TimeSpan.FromSeconds(3);

    /// <summary>The longest that a document shows verdicts by a trusted root that the member no longer has.</summary>
    static readonly TimeSpan _verdictsInterval = TimeSpan.FromMinutes(10);

    static readonly string _tooLongAgo = $"more than {ServerLimits.MaxMemberListAge.TotalMinutes} min ago";
    readonly CancellationTokenSource _closing = new();
    Task _listing = Task.CompletedTask;
    ImmutableHashSet<ProjectName> _names = [];
    Catalog _catalog = Catalog.Empty;

    /// <summary>
    /// The last list. It is volatile because a thread that sees a list must also see its names. Without them, the group
    /// would skip a member that is down.
    /// </summary>
    volatile ReadList? _list;

    /// <summary>Starts to refresh the list of names, if the member is a hosted repository.</summary>
    public void Start(BackgroundLoops loops, string name)
    {
        if (isHosted)
            _listing = loops.RunAsync($"members/{name}", RefreshListAsync, _listInterval, _closing.Token);
    }

    /// <inheritdoc/>
    /// <remarks>The member's is not known, so that it is asked again after some time.</remarks>
    public string VerdictsVersion => $"{clock.GetUtcNow().Ticks / _verdictsInterval.Ticks}";

    /// <inheritdoc/>
    public bool IsKnownToHave(ProjectName project) => _names.Contains(project);

    /// <inheritdoc/>
    public ValueTask<ProjectListAnswer> ListProjectsAsync(CancellationToken cancellationToken) =>
        member.ListProjectsAsync(cancellationToken);

    /// <inheritdoc/>
    /// <remarks>Of a hosted member, only the names are known. The projects of a proxy are its upstream's.</remarks>
    public ValueTask<Catalog> GetCatalogAsync(CancellationToken cancellationToken) => new(
        !isHosted ? Catalog.Empty
        : _list is not null ? _catalog
        : Catalog.Empty with { Incomplete = "It has not answered yet." });

    /// <inheritdoc/>
    public async ValueTask<ProjectAnswer> GetProjectAsync(
        ProjectName project, DateTimeOffset? asOf, CancellationToken cancellationToken) =>
        Noted(project, await member.GetProjectAsync(project, asOf, cancellationToken));

    /// <inheritdoc/>
    public async ValueTask<ProjectAnswer> ExplainAsync(
        ProjectName project, string version, CancellationToken cancellationToken) =>
        Noted(project, await member.ExplainAsync(project, version, cancellationToken));

    /// <inheritdoc/>
    public async ValueTask<SnapshotVersion> FindAsync(ProjectName project, CancellationToken cancellationToken)
    {
        var found = await member.FindAsync(project, cancellationToken);
        if (found is { Value: null, Answer: { } answer })
            return SnapshotVersion.From(Noted(project, answer));
        NoteKnown(project);
        return found.Source is { } source ? found with { Source = new NotedSource(this, project, source) } : found;
    }

    /// <inheritdoc/>
    /// <remarks>A proxy is asked which rule of its policy hides a file that its page does not show.</remarks>
    public async ValueTask<OpenAnswer> OpenAsync(FileRequest request, CancellationToken cancellationToken)
    {
        var answer = await member.OpenAsync(request, cancellationToken);
        if (isHosted || answer is not OpenAnswer.NotFound { HiddenBy: null }
            || request.Answer?.Snapshot.FindVisible(request.FileName) is not null
            || !DistributionFileName.TryParse(request.FileName, request.Project, out var name))
        {
            return answer;
        }
        var explained = await member.ExplainAsync(request.Project, name.VersionText, cancellationToken);
        return (explained as ProjectAnswer.Known)?.Snapshot.Files.FindHiding(request.FileName) is { } verdict
            ? OpenAnswer.NotFound.Hidden(request.FileName, verdict)
            : answer;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _listing;
        _closing.Dispose();
    }

    ProjectAnswer Noted(ProjectName project, ProjectAnswer answer)
    {
        switch (answer)
        {
            case ProjectAnswer.Known:
                NoteKnown(project);
                return answer;
            case ProjectAnswer.Unavailable { IsUnreached: true } down when IsUnlisted(project):
                return _list!.IsFresh(clock)
                    ? new ProjectAnswer.NotKnown(new UnlistedProject(down))
                    : down with { Reason = $"{down.Reason} Its projects were last listed {_tooLongAgo}." };
            // Whichever is older, the next list will tell.
            case ProjectAnswer.NotKnown when _names.Contains(project):
                return new ProjectAnswer.Unavailable(clock.GetUtcNow(), _listInterval)
                {
                    Reason = $"The member lists '{project}', but answers that it does not exist.",
                };
            default:
                return answer;
        }
    }

    /// <summary>
    /// Notes a project that was just found, or uploaded. It belongs to the member all the same if the list is a few
    /// seconds old.
    /// </summary>
    public void NoteKnown(ProjectName project)
    {
        if (isHosted)
            ImmutableInterlocked.Update(ref _names, static (names, seen) => names.Add(seen), project);
    }

    /// <summary>Whether the last list says that the project is not the member's.</summary>
    bool IsUnlisted(ProjectName project) => isHosted && _list is not null && !_names.Contains(project);

    async Task RefreshListAsync(CancellationToken cancellationToken)
    {
        var (before, askedAt) = (_names, clock.GetTimestamp());
        if (await ListProjectsAsync(cancellationToken) is not ProjectListAnswer.Known known)
            return;
        if (known == _list?.Answer)
        {
            _list = new ReadList(known, askedAt);
            return;
        }
        // A name that was noted meanwhile may be newer than the list.
        ImmutableInterlocked.Update(
            ref _names, static (names, read) => read.Listed.Union(names.Except(read.Before)),
            (Listed: known.Projects.ToImmutableHashSet(), Before: before));
        _catalog = new Catalog([.. known.Projects.Select(name => new CatalogEntry(name))]);
        _list = new ReadList(known, askedAt);
    }

    /// <summary>The content from the member's server. Its answer is noted as any other.</summary>
    sealed class NotedSource(MemberRepository member, ProjectName project, ISnapshotSource source) : ISnapshotSource
    {
        public async ValueTask<ProjectAnswer> LoadAsync(CancellationToken cancellationToken) =>
            member.Noted(project, await source.LoadAsync(cancellationToken));
    }

    /// <param name="Answer">The list.</param>
    /// <param name="AskedAt">When the member was asked for it.</param>
    sealed record ReadList(ProjectListAnswer.Known Answer, long AskedAt)
    {
        /// <summary>Whether it still tells which names are not the member's.</summary>
        public bool IsFresh(TimeProvider clock) => clock.GetElapsedTime(AskedAt) < ServerLimits.MaxMemberListAge;
    }
}

/// <summary>A hosted member that does not answer at the moment, and whose last list lacks the project.</summary>
/// <param name="Down">Why it does not answer.</param>
sealed record UnlistedProject(ProjectAnswer.Unavailable Down) : Absence
{
    /// <inheritdoc/>
    public override ProjectAnswer.Unavailable? MemberDown => Down;
}
