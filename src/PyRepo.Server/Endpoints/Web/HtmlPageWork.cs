using PyRepo.Server.Endpoints.Rendering;
using PyRepo.Server.Platform.Admission;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>
/// Renders a page in the gate, for one request only: it says who asks, and has its own nonce. What it shows is the
/// request's, so that the request does not end while its page is being made; but a page that is still waiting is not
/// made for a client that left.
/// </summary>
static class HtmlPageWork
{
    /// <summary>Renders a page.</summary>
    /// <exception cref="OverloadedException"/>
    /// <exception cref="TooCostlyException"/>
    /// <exception cref="OperationCanceledException">The client left.</exception>
    public static async Task<RenderedPage> RunAsync(
        long weight, Func<WorkBudget, RenderedPage> render, CancellationToken aborted)
    {
        var turn = new Turn();
        try
        {
            return await WorkGate.Shared.ComputeAsync(new Key(turn), weight, work => turn.Run(render, work), aborted);
        }
        catch (OperationCanceledException)
        {
            await turn.CloseAsync();
            throw;
        }
    }

    /// <summary>The page. (The request's context is no key: the next request on the connection has the same one.)</summary>
    sealed record Key(Turn Turn) : WorkKey<RenderedPage>;

    /// <summary>Whether the page is being made.</summary>
    sealed class Turn
    {
        readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int _isTaken;

        /// <summary>Makes the page, unless the client left before.</summary>
        public RenderedPage Run(Func<WorkBudget, RenderedPage> render, WorkBudget work)
        {
            if (Interlocked.Exchange(ref _isTaken, 1) != 0)
                throw new OperationCanceledException();
            try
            {
                return render(work);
            }
            finally
            {
                _ended.SetResult();
            }
        }

        /// <summary>Lets nobody make the page any more, and waits for who does.</summary>
        public Task CloseAsync() => Interlocked.Exchange(ref _isTaken, 1) == 0 ? Task.CompletedTask : _ended.Task;
    }
}
