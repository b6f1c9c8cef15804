using System.Runtime.CompilerServices;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Admission;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Endpoints.IndexApi;

/// <summary>
/// Turns to look at a repository as of a date. Each look lists all files of a project anew, and strangers can think of
/// any number of dates. A repository's turns are its own, so that it keeps no other one's callers waiting, and an
/// address has half of them at most.
/// </summary>
static class DatedTurns
{
    static readonly ConditionalWeakTable<IRepository, OwnerTurns> _turns = [];

    /// <summary>Does some work in a turn.</summary>
    /// <exception cref="OverloadedException">There was none in time.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public static async Task<T> RunAsync<T>(
        IRepository repository, string address, Func<Task<T>> work, CancellationToken cancellationToken)
    {
        var turns = _turns.GetValue(repository, static _ => new OwnerTurns(ServerLimits.MaxConcurrentDatedPages));
        await WaitLimit.ApplyAsync(either => turns.EnterAsync(address, either), TimeProvider.System, cancellationToken);
        try
        {
            return await work();
        }
        finally
        {
            turns.Leave(address);
        }
    }
}
