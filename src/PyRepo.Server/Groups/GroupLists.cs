using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Groups;

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
