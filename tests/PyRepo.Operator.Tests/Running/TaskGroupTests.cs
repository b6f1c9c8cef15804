using PyRepo.Operator.Controllers;

namespace PyRepo.Operator.Tests.Running;

public sealed class TaskGroupTests
{
    [Fact]
    public async Task A_failing_task_ends_all_and_its_failure_is_reported()
    {
        var ended = false;
        var thrown = await Assert.ThrowsAsync<IOException>(() => TaskGroup.RunAsync(
            [
                async token =>
                {
                    await Forever(token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    ended = true;
                },
                _ => throw new IOException("first"),
            ], CancellationToken.None));
        Assert.Equal(("first", true), (thrown.Message, ended));
    }

    [Fact]
    public Task A_task_that_ends_by_itself_is_a_failure() => Assert.ThrowsAsync<InvalidOperationException>(
        () => TaskGroup.RunAsync([Forever, _ => Task.CompletedTask], CancellationToken.None));

    [Fact]
    public async Task A_task_that_fails_during_cancellation_is_reported()
    {
        using var stop = new CancellationTokenSource();
        var running = TaskGroup.RunAsync(
            [
                Forever,
                async token =>
                {
                    await Forever(token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    throw new TimeoutException();
                },
            ], stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAsync<TimeoutException>(() => running);
    }

    [Fact]
    public async Task Canceled_tasks_end_successfully()
    {
        using var stop = new CancellationTokenSource();
        var running = TaskGroup.RunAsync([Forever, Forever], stop.Token);
        await stop.CancelAsync();
        await running;
    }

    static Task Forever(CancellationToken cancellationToken) =>
        Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
}
