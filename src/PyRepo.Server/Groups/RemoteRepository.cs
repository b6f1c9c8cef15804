using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Server.Repositories;
using PyRepo.Server.Upstream;

namespace PyRepo.Server.Groups;

/// <summary>A member that another server serves. Nothing of it is kept but, of a hosted one, the list of its names.</summary>
/// <remarks>
/// While the member is down, names on its last list can't be told; others are not its own, so that the group may go on.
/// Before any list was read, nothing can be told. What is a proxy's can never be told while it is down.
/// </remarks>
sealed class RemoteRepository(MemberService service, bool isHosted, TimeProvider clock) : IRepository, IAsyncDisposable
{
    static readonly TimeSpan _listInterval = TimeSpan.FromSeconds(3);
    static readonly TimeSpan _retryAfter = TimeSpan.FromSeconds(2);
    readonly CancellationTokenSource _closing = new();
    Task _listing = Task.CompletedTask;
    ImmutableHashSet<ProjectName> _names = [];
    volatile bool _hasList;

    /// <summary>Whether the member answered when it was last asked.</summary>
    public bool IsReachable { get; private set; }

    /// <summary>Begins to follow the list of names, where that matters.</summary>
    public void Start()
    {
        if (isHosted)
            _listing = RefreshListAsync();
    }

    /// <inheritdoc/>
    public async ValueTask<ProjectListAnswer> ListProjectsAsync(CancellationToken cancellationToken)
    {
        try
        {
            var (list, tag) = await service.ListAsync(cancellationToken);
            IsReachable = true;
            return new ProjectListAnswer.Known([.. NamesOf(list).Order()], tag);
        }
        catch (Exception error) when (IsOutage(error, cancellationToken))
        {
            IsReachable = false;
            return new ProjectListAnswer.Unavailable(clock.GetUtcNow(), _retryAfter) { Reason = service.OutageReason(error) };
        }
    }

    /// <inheritdoc/>
    public async ValueTask<ProjectAnswer> GetProjectAsync(
        ProjectName project, DateTimeOffset? asOf, CancellationToken cancellationToken)
    {
        try
        {
            var found = await service.GetProjectAsync(project, cancellationToken);
            IsReachable = true;
            if (found is not var (page, tag))
                return ProjectAnswer.NotKnown.Instance;
            // The list is some seconds old; what was just seen is the member's all the same.
            ImmutableInterlocked.Update(ref _names, static (names, seen) => names.Add(seen), project);
            return new ProjectAnswer.Known(UpstreamSnapshot.Of(project, page, null, tag));
        }
        catch (Exception error) when (IsOutage(error, cancellationToken))
        {
            IsReachable = false;
            return isHosted && _hasList && !_names.Contains(project)
                ? ProjectAnswer.NotKnown.Instance
                : new ProjectAnswer.Unavailable(clock.GetUtcNow(), _retryAfter) { Reason = service.OutageReason(error) };
        }
    }

    /// <inheritdoc/>
    public async ValueTask<OpenAnswer> OpenAsync(FileRequest request, CancellationToken cancellationToken)
    {
        var answer = await GetProjectAsync(request.Project, null, cancellationToken);
        if (answer is ProjectAnswer.Unavailable down)
            return new OpenAnswer.Unavailable(down.Since, down.RetryAfter) { Reason = down.Reason };
        if (answer is not ProjectAnswer.Known { Snapshot: var snapshot } || snapshot.FindVisible(request.FileName) is not { } file
            || (request.HashPrefix is { } prefix && file.Sha256?.Prefix16 != prefix))
        {
            return new OpenAnswer.NotFound($"There is no file '{request.FileName}' of these bytes in '{request.Project}'.");
        }
        try
        {
            var location = new Uri(request.Kind is FileContentKind.Metadata ? file.Location + ".metadata" : file.Location);
            var opened = await service.OpenAsync(location, request.Project, 0, HttpMethod.Head, cancellationToken);
            using (opened)
            {
                if (opened.StatusCode is HttpStatusCode.NotFound || opened.Content.Headers.ContentLength is not { } length)
                    return new OpenAnswer.NotFound($"The member has no '{request.FileName}'.");
                return new OpenAnswer.Found(new RemoteContent(service, location, request.Project)
                {
                    Length = length,
                    ETag = opened.Headers.ETag?.Tag ?? $"\"{file.Sha256}\"",
                    LastModified = opened.Content.Headers.LastModified ?? DateTimeOffset.UnixEpoch,
                });
            }
        }
        catch (Exception error) when (IsOutage(error, cancellationToken))
        {
            return new OpenAnswer.Unavailable(clock.GetUtcNow(), _retryAfter) { Reason = service.OutageReason(error) };
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _listing;
        _closing.Dispose();
    }

    async Task RefreshListAsync()
    {
        try
        {
            while (true)
            {
                if (await ListProjectsAsync(_closing.Token) is ProjectListAnswer.Known known)
                {
                    _names = [.. known.Projects];
                    _hasList = true;
                }
                await Task.Delay(_listInterval, clock, _closing.Token);
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // That is how it ends.
        }
    }

    static IEnumerable<ProjectName> NamesOf(ProjectList list)
    {
        foreach (var listed in list.Projects)
        {
            if (ProjectName.TryParse(listed.Name, out var name))
                yield return name;
        }
    }

    static bool IsOutage(Exception error, CancellationToken cancellationToken) =>
        error is HttpRequestException or IOException or SocketException or PageFormatException
        || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    /// <summary>A file of the member's.</summary>
    sealed class RemoteContent(MemberService service, Uri location, ProjectName project) : FileContent
    {
        readonly List<HttpResponseMessage> _open = [];

        public override async ValueTask<Stream> OpenStreamAsync(long offset, CancellationToken cancellationToken)
        {
            var answer = await service.OpenAsync(location, project, offset, HttpMethod.Get, cancellationToken);
            _open.Add(answer);
            if (answer.StatusCode is HttpStatusCode.NotFound)
                throw new IOException("A member's file vanished.");
            return await answer.Content.ReadAsStreamAsync(cancellationToken);
        }

        public override ValueTask DisposeAsync()
        {
            _open.ForEach(a => a.Dispose());
            return ValueTask.CompletedTask;
        }
    }
}
