using System.Runtime.CompilerServices;
using PyRepo.Server.Admission;
using PyRepo.Server.Limits;
using PyRepo.Server.Repositories;

namespace PyRepo.Server.Simple;

/// <summary>
/// Turns to look at a repository as of a date. Each look lists all files of a project anew, and strangers can think of
/// any number of dates. A repository's turns are its own, so that it keeps no other one's callers waiting, and an
/// address has half of them at most.
/// </summary>
static class DatedTurns
{
    static readonly ConditionalWeakTable<IRepository, Turns> _turns = [];

    /// <summary>Does some work in a turn.</summary>
    /// <exception cref="OverloadedException">There was none in time.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public static async Task<T> RunAsync<T>(
        IRepository repository, string address, Func<Task<T>> work, CancellationToken cancellationToken)
    {
        var turns = _turns.GetValue(repository, static _ => new Turns());
        using var limit = new CancellationTokenSource(ServerLimits.MaxWorkWait);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await turns.EnterAsync(address, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new OverloadedException();
        }
        try
        {
            return await work();
        }
        finally
        {
            turns.Leave(address);
        }
    }

    sealed class Turns
    {
        readonly SemaphoreSlim _all = new(ServerLimits.MaxConcurrentDatedPages);
        readonly OwnerTurns _addresses = new(ServerLimits.MaxConcurrentDatedPages / 2);

        public async Task EnterAsync(string address, CancellationToken cancellationToken)
        {
            await _addresses.EnterAsync(address, cancellationToken);
            try
            {
                await _all.WaitAsync(cancellationToken);
            }
            catch
            {
                _addresses.Leave(address);
                throw;
            }
        }

        public void Leave(string address)
        {
            _all.Release();
            _addresses.Leave(address);
        }
    }
}
