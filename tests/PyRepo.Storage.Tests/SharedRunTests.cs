using PyRepo.Testing;

namespace PyRepo.Storage.Tests;

public sealed class SharedRunTests
{
    [Fact]
    public async Task Callers_during_a_run_share_the_next_run()
    {
        var runs = new List<TaskCompletionSource>();
        var shared = new SharedRun(() =>
        {
            lock (runs)
                runs.Add(new TaskCompletionSource());
            return runs[^1].Task;
        });
        var first = shared.RunAsync(CancellationToken.None);
        await Eventually.IsAsync("the first run begins", () => Task.FromResult(runs.Count), count => count == 1);
        Task[] later = [shared.RunAsync(CancellationToken.None), shared.RunAsync(CancellationToken.None)];
        runs[0].SetResult();
        await first;
        await Eventually.IsAsync("the second run begins", () => Task.FromResult(runs.Count), count => count == 2);
        Assert.DoesNotContain(later, asked => asked.IsCompleted);
        runs[1].SetResult();
        await Task.WhenAll(later);
    }

    [Fact]
    public async Task A_run_that_ends_at_once_is_followed_by_others()
    {
        var runs = 0;
        var shared = new SharedRun(() =>
        {
            Interlocked.Increment(ref runs);
            return Task.CompletedTask;
        });
        for (var asked = 1; asked <= 100; asked++)
        {
            await shared.RunAsync(CancellationToken.None);
            Assert.Equal(asked, runs);
        }
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(
            _ => Task.Run(() => shared.RunAsync(CancellationToken.None))));
    }

    [Fact]
    public async Task A_failure_is_for_those_who_waited_for_that_run()
    {
        var fails = true;
        var shared = new SharedRun(() => fails ? throw new IOException("It fails at once.") : Task.CompletedTask);
        await Assert.ThrowsAsync<IOException>(() => shared.RunAsync(CancellationToken.None));
        fails = false;
        await shared.RunAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_caller_that_gives_up_does_not_stop_the_others()
    {
        var running = new TaskCompletionSource();
        var shared = new SharedRun(() => running.Task);
        using var impatient = new CancellationTokenSource();
        var (one, other) = (shared.RunAsync(impatient.Token), shared.RunAsync(CancellationToken.None));
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        running.SetResult();
        await other;
    }
}
