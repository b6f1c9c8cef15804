using System.Collections.Immutable;
using PyRepo.Packaging.Names;
using PyRepo.Server.Repositories;

namespace PyRepo.Server.Groups;

/// <summary>A group's member that another server serves. Of a hosted one, the names of its projects are known here.</summary>
/// <remarks>
/// While a hosted member is down, a name on its last list is unavailable, and any other name is not the member's, so that the
/// group may go on. Before the first list was read, every name is unavailable, as all of a proxy's are while that is down.
/// </remarks>
sealed class MemberRepository(IRepository member, bool isHosted, TimeProvider clock) : IRepository, IAsyncDisposable
{
    static readonly TimeSpan _listInterval = TimeSpan.FromSeconds(3);
    readonly CancellationTokenSource _closing = new();
    Task _listing = Task.CompletedTask;
    ImmutableHashSet<ProjectName> _names = [];
    ProjectListAnswer.Known? _list;

    /// <summary>Begins to refresh the list of names, where the member is a hosted repository.</summary>
    public void Start()
    {
        if (isHosted)
            _listing = RefreshListAsync();
    }

    /// <inheritdoc/>
    public ValueTask<ProjectListAnswer> ListProjectsAsync(CancellationToken cancellationToken) =>
        member.ListProjectsAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<ProjectAnswer> GetProjectAsync(
        ProjectName project, DateTimeOffset? asOf, CancellationToken cancellationToken)
    {
        var answer = await member.GetProjectAsync(project, asOf, cancellationToken);
        switch (answer)
        {
            case ProjectAnswer.Known:
                // The list is some seconds old; what was just seen is the member's all the same.
                ImmutableInterlocked.Update(ref _names, static (names, seen) => names.Add(seen), project);
                return answer;
            case ProjectAnswer.Unavailable when isHosted && _list is not null && !_names.Contains(project):
                return ProjectAnswer.NotKnown.Instance;
            default:
                return answer;
        }
    }

    /// <inheritdoc/>
    public ValueTask<OpenAnswer> OpenAsync(FileRequest request, CancellationToken cancellationToken) =>
        member.OpenAsync(request, cancellationToken);

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
                if (await ListProjectsAsync(_closing.Token) is ProjectListAnswer.Known known && known != _list)
                {
                    _names = [.. known.Projects];
                    _list = known;
                }
                await Task.Delay(_listInterval, clock, _closing.Token);
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // The repository is being disposed of.
        }
    }
}
