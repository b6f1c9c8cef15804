using System.Runtime.CompilerServices;
using PyRepo.Server.Admission;
using PyRepo.Server.Limits;
using PyRepo.Server.Repositories;

namespace PyRepo.Server.Simple;

/// <summary>
/// Turns to look at a repository as of a date. Each look lists all files of a project anew, and strangers can think of
/// any number of dates. A repository's turns are its own, so that it keeps no other one's callers waiting.
/// </summary>
static class DatedTurns
{
    static readonly ConditionalWeakTable<IRepository, SemaphoreSlim> _turns = [];

    /// <summary>Does some work in a turn.</summary>
    /// <exception cref="OverloadedException">There was none in time.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public static async Task<T> RunAsync<T>(
        IRepository repository, Func<Task<T>> work, CancellationToken cancellationToken)
    {
        var turns = _turns.GetValue(repository, static _ => new SemaphoreSlim(ServerLimits.MaxConcurrentDatedPages));
        if (!await turns.WaitAsync(ServerLimits.MaxWorkWait, cancellationToken))
            throw new OverloadedException();
        try
        {
            return await work();
        }
        finally
        {
            turns.Release();
        }
    }
}
