using PyRepo.Server.Platform.Admission;
using PyRepo.Server.Platform.Limits;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Platform.Admission;

public sealed class WorkGateTests
{
    readonly SteppedClock _clock = new();
    readonly WorkGate _gate;

    public WorkGateTests() => _gate = new(16 << 20, processors: 2, _clock) { MaxTime = TimeSpan.FromMilliseconds(20) };

    [Fact]
    public async Task Callers_share_the_same_work_and_one_that_leaves_does_not_cancel_it()
    {
        var (made, runs) = (new TaskCompletionSource<int>(), 0);
        using var leaving = new CancellationTokenSource();
        var first = RunAsync("a", 1, Make, leaving.Token);
        var second = RunAsync("a", 1, Make);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        made.SetResult(7);
        Assert.Equal(7, await second);
        Assert.Equal(1, runs);

        Task<int> Make(WorkBudget budget)
        {
            runs++;
            return made.Task.WaitAsync(budget.Stop);
        }
    }

    [Fact]
    public async Task Abandoned_work_is_canceled_and_restarted_for_the_next_caller()
    {
        var ended = new TaskCompletionSource();
        using var leaving = new CancellationTokenSource();
        var left = RunAsync("a", 16 << 20, async budget =>
        {
            await leaving.CancelAsync();
            try
            {
                return await new TaskCompletionSource<int>().Task.WaitAsync(budget.Stop); // Nothing else ends it.
            }
            finally
            {
                ended.SetResult();
            }
        }, leaving.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        await ended.Task;
        Assert.Equal(2, await RunAsync("a", 16 << 20, _ => Task.FromResult(2)));
    }

    [Fact]
    public async Task All_callers_share_a_failure_and_the_next_one_retries()
    {
        var made = new TaskCompletionSource<int>();
        Task<int>[] all = [RunAsync("a", 1, _ => made.Task), RunAsync("a", 1, _ => made.Task)];
        made.SetException(new IOException("broken"));
        foreach (var one in all)
            Assert.Equal("broken", (await Assert.ThrowsAsync<IOException>(() => one)).Message);
        Assert.Equal(3, await RunAsync("a", 1, _ => Task.FromResult(3)));
    }

    [Fact]
    public async Task Work_waits_for_memory_in_order_of_arrival()
    {
        var first = new TaskCompletionSource<int>();
        var order = new List<string>();
        var began = new TaskCompletionSource();
        var holding = RunAsync("first", 9 << 20, _ =>
        {
            began.SetResult();
            return first.Task;
        });
        await began.Task;
        var large = RunAsync("large", 160 << 20, _ => Note("large")); // Weighs all that there is, and no more.
        await WaitingAsync(16 << 20);
        var smaller = RunAsync("smaller", 2 << 20, _ => Note("smaller")); // There would be room for it now.
        await WaitingAsync(18 << 20);
        first.SetResult(0);
        await Task.WhenAll(holding, large, smaller);
        Assert.Equal(["large", "smaller"], order);

        Task<int> Note(string name)
        {
            lock (order)
                order.Add(name);
            return Task.FromResult(0);
        }
    }

    [Fact]
    public async Task Light_work_does_not_wait_for_heavy_work()
    {
        var goOn = new TaskCompletionSource();
        Task<int>[] heavy = [.. Enumerable.Range(0, 10).Select(i => _gate.RunAsync(
            new Number($"{i}"), 16 << 20, budget => budget.ComputeAsync(() =>
            {
                goOn.Task.Wait();
                return i;
            }), CancellationToken.None))];
        await WaitingAsync(9 * (16 << 20));
        Assert.Equal(1, await ComputeAsync("light", _ => 1));
        goOn.SetResult();
        Assert.Equal(Enumerable.Range(0, 10), await Task.WhenAll(heavy));
    }

    [Fact]
    public async Task Work_that_gets_no_memory_in_time_is_refused_and_takes_none()
    {
        var (began, first) = (new TaskCompletionSource(), new TaskCompletionSource<int>());
        var holding = RunAsync("first", 16 << 20, _ =>
        {
            began.SetResult();
            return first.Task;
        });
        await began.Task;
        var refused = RunAsync("second", 16 << 20, _ => Task.FromResult(2));
        await WaitingAsync(16 << 20);
        await _clock.AdvanceToTimerInAsync(ServerLimits.MaxWorkWait);
        await Assert.ThrowsAsync<OverloadedException>(() => refused);
        first.SetResult(1);
        Assert.Equal(1, await holding);
        Assert.Equal(2, await RunAsync("second", 16 << 20, _ => Task.FromResult(2)));
    }

    [Fact]
    public async Task Work_that_takes_too_much_processor_time_is_aborted_and_refused_for_a_while()
    {
        var runs = 0;
        await Assert.ThrowsAsync<TooCostlyException>(() => ComputeAsync("a", Endless));
        var refused = await Assert.ThrowsAsync<TooCostlyException>(() => ComputeAsync("a", Endless));
        Assert.Equal((1, WorkGate.RememberedFor), (runs, refused.RetryAfter));
        Assert.Equal(3, await ComputeAsync("b", _ => 3));
        _clock.Advance(WorkGate.RememberedFor);
        Assert.Equal(3, await ComputeAsync("a", _ => 3));

        int Endless(WorkBudget budget)
        {
            for (runs++; ; budget.Charge(1000))
                Assert.NotNull(budget);
        }
    }

    [Fact]
    public async Task Waiting_costs_no_processor_time_but_has_a_limit_too()
    {
        var slow = RunAsync("a", 1, budget => new TaskCompletionSource<int>().Task.WaitAsync(budget.Stop));
        await _clock.AdvanceToTimerInAsync(ServerLimits.MaxWorkDuration);
        await Assert.ThrowsAsync<TooCostlyException>(() => slow);
        await Assert.ThrowsAsync<TooCostlyException>(() => RunAsync("a", 1, _ => Task.FromResult(1)));
    }

    /// <summary>It may read something again and again without charging its budget.</summary>
    [Fact]
    public async Task Work_that_never_looks_at_its_budget_is_given_up_and_others_take_its_turn()
    {
        using var goOn = new ManualResetEventSlim();
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var endless = _gate.RunAsync(new Number("a"), 16 << 20, budget => budget.ComputeAsync(() =>
        {
            started.SetResult();
            goOn.Wait();
            return 1;
        }), CancellationToken.None);
        await started.Task; // What only waits for a processor ends with its time.
        Assert.False(_gate.IsStuck);
        await _clock.AdvanceToTimerInAsync(ServerLimits.MaxWorkDuration);
        await _clock.AdvanceToTimerInAsync(TimeSpan.FromSeconds(10));
        await Assert.ThrowsAsync<TooCostlyException>(() => endless);
        Assert.Equal(2, await RunAsync("b", 16 << 20, budget => budget.ComputeAsync(() => 2)));
        Assert.Equal((1, true), (_gate.Stuck, _gate.IsStuck));
        goOn.Set();
        await Eventually.IsAsync("it has ended", 0, () => Task.FromResult(_gate.Stuck));
        Assert.False(_gate.IsStuck);
        Assert.Equal(3, await RunAsync("c", 16 << 20, budget => budget.ComputeAsync(() => 3)));
    }

    [Fact]
    public async Task No_more_compute_at_once_than_there_are_processors()
    {
        var (now, most) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => ComputeAsync($"{i}", _ =>
        {
            var count = Interlocked.Increment(ref now);
            InterlockedMax(ref most, count);
            Thread.Yield();
            Interlocked.Decrement(ref now);
            return i;
        })));
        Assert.InRange(most, 1, 2);

        static void InterlockedMax(ref int most, int value)
        {
            for (int seen; (seen = Volatile.Read(ref most)) < value; Interlocked.CompareExchange(ref most, value, seen))
                Assert.InRange(value, 1, 20);
        }
    }

    [Fact]
    public async Task The_work_sees_nothing_of_its_caller()
    {
        var caller = new AsyncLocal<string> { Value = "somebody" };
        Assert.Null(await _gate.ComputeAsync(new Text("a"), 1, _ => caller.Value, CancellationToken.None));
        Assert.Equal("somebody", caller.Value);
    }

    [Fact]
    public async Task Work_does_not_wait_for_other_work() => await Assert.ThrowsAsync<InvalidOperationException>(
        () => RunAsync("outer", 1, _ => RunAsync("inner", 1, _ => Task.FromResult(1))));

    Task<TimeSpan> WaitingAsync(long bytes) =>
        Eventually.IsAsync("the work waits for memory", bytes, () => Task.FromResult(_gate.Waiting));

    Task<int> RunAsync(
        string key, long weight, Func<WorkBudget, Task<int>> make, CancellationToken cancellationToken = default) =>
        _gate.RunAsync(new Number(key), weight, make, cancellationToken);

    Task<int> ComputeAsync(string key, Func<WorkBudget, int> make) =>
        _gate.ComputeAsync(new Number(key), 1, make, CancellationToken.None);

    sealed record Number(string Name) : WorkKey<int>;

    sealed record Text(string Name) : WorkKey<string?>;
}
