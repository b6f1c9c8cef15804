namespace PyRepo.Operator.Controllers;

/// <summary>Tasks that live and end together, so that nothing is left running alone.</summary>
static class TaskGroup
{
    /// <summary>Runs tasks until they are canceled or the first of them ends. Then all are canceled.</summary>
    /// <exception cref="Exception">What a task threw, the first one's before all others'.</exception>
    /// <exception cref="InvalidOperationException">One ended by itself.</exception>
    public static async Task RunAsync(
        IEnumerable<Func<CancellationToken, Task>> tasks, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] running = [.. tasks.Select(task => Task.Run(() => task(ending.Token), CancellationToken.None))];
        var first = await Task.WhenAny(running);
        var wasCanceled = cancellationToken.IsCancellationRequested;
        await ending.CancelAsync();
        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (running.Prepend(first).FirstOrDefault(task => task.IsFaulted) is { } failed)
            await failed;
        if (!wasCanceled)
            throw new InvalidOperationException("A task ended that should run as long as the process.");
    }
}
