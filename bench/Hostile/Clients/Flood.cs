namespace Bench.Hostile.Clients;

/// <summary>Many requests, some at once.</summary>
static class Flood
{
    const string Unfinished = "still waiting at the end";

    /// <summary>Runs until all were answered or the time is over.</summary>
    /// <param name="count">How many there are at most.</param>
    /// <param name="workers">How many are on their way at once.</param>
    /// <param name="ask">Sends the request of this number.</param>
    public static async Task<Tally> RunAsync(
        LoadContext context, int count, int workers, Func<int, CancellationToken, Task<Outcome>> ask,
        CancellationToken deadline)
    {
        var tally = new Tally();
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Run(WorkAsync, CancellationToken.None)));
        return tally;

        async Task WorkAsync()
        {
            try
            {
                while (Interlocked.Increment(ref next) is var n && n < count)
                {
                    await context.Pace.WaitAsync(deadline);
                    tally.Add(await GetOutcome(n));
                }
            }
            catch (OperationCanceledException)
            {
                // The time is over.
            }
        }

        async Task<string> GetOutcome(int n)
        {
            try
            {
                return (await ask(n, deadline)).What;
            }
            catch (OperationCanceledException)
            {
                return Unfinished;
            }
        }
    }
}
