using PyRepo.Kubernetes.Queue;
using PyRepo.Metrics;
using PyRepo.Testing;

namespace PyRepo.Kubernetes.Tests.Queue;

public sealed class WorkQueueTests
{
    readonly SteppedClock _clock = new();
    readonly MetricRegistry _metrics = new();
    readonly WorkQueue<string> _queue;

    public WorkQueueTests() => _queue = new WorkQueue<string>("test", _clock, _metrics);

    [Fact]
    public async Task A_waiting_key_is_handed_out_once_however_often_it_was_added()
    {
        for (var i = 0; i < 100; i++)
            _queue.Add("a");
        Assert.Equal("a", await TakeAsync());
        _queue.Done("a");
        Assert.Equal(0, _queue.Count);
    }

    [Fact]
    public async Task A_key_added_while_in_progress_is_handed_out_again_after_that_work_ends()
    {
        _queue.Add("a");
        await TakeAsync();
        for (var i = 0; i < 100; i++)
            _queue.Add("a");
        var next = TakeAsync();
        Assert.False(next.IsCompleted);
        _queue.Done("a");
        Assert.Equal("a", await next);
        _queue.Done("a");
        Assert.Equal(0, _queue.Count);
    }

    [Fact]
    public async Task A_key_in_progress_does_not_block_other_keys()
    {
        _queue.Add("slow");
        await TakeAsync();
        _queue.Add("slow");
        _queue.Add("other");
        Assert.Equal("other", await TakeAsync());
    }

    [Fact]
    public async Task A_key_is_never_worked_on_twice_at_a_time_with_many_workers()
    {
        var running = new int[10];
        var (overlaps, rounds) = (0, 0);
        async Task WorkAsync()
        {
            while (await _queue.GetAsync(default) is { } item)
            {
                var key = int.Parse(item.Key, System.Globalization.CultureInfo.InvariantCulture);
                if (Interlocked.Increment(ref running[key]) > 1)
                    Interlocked.Increment(ref overlaps);
                await Task.Yield();
                Interlocked.Decrement(ref running[key]);
                _queue.Done(item.Key);
                if (Interlocked.Increment(ref rounds) == 2000)
                    _queue.ShutDown();
                else
                    _queue.Add($"{(key + rounds) % 10}");
                _queue.Add(item.Key);
            }
        }
        for (var key = 0; key < 10; key++)
            _queue.Add($"{key}");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(WorkAsync)));
        Assert.Equal(0, overlaps);
    }

    [Fact]
    public async Task Keys_from_startup_and_resync_queue_behind_real_changes()
    {
        _queue.Add("seen at start 1", QueuePriority.Low);
        _queue.Add("seen at start 2", QueuePriority.Low);
        _queue.Add("changed");
        Assert.Equal(["changed", "seen at start 1", "seen at start 2"], await TakeAllAsync(3));
    }

    [Fact]
    public async Task A_key_seen_at_start_moves_up_when_it_changes_and_is_handed_out_once()
    {
        _queue.Add("a", QueuePriority.Low);
        _queue.Add("b", QueuePriority.Low);
        _queue.Add("b");
        _queue.Add("b", QueuePriority.Low);
        Assert.Equal(["b", "a"], await TakeAllAsync(2));
        Assert.Equal(0, _queue.Count);
    }

    [Fact]
    public async Task A_delayed_key_is_handed_out_when_its_time_is_reached()
    {
        _queue.AddAfter("a", TimeSpan.FromMinutes(5));
        _clock.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(0, _queue.Count);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal("a", await TakeAsync());
    }

    [Fact]
    public void The_earliest_of_several_times_for_a_key_wins()
    {
        _queue.AddAfter("a", TimeSpan.FromMinutes(5));
        _queue.AddAfter("a", TimeSpan.FromMinutes(1));
        _queue.AddAfter("a", TimeSpan.FromMinutes(9));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, _queue.Count);
    }

    [Fact]
    public async Task A_time_superseded_by_an_earlier_one_never_fires()
    {
        _queue.AddAfter("a", TimeSpan.FromMinutes(5));
        _queue.AddAfter("a", TimeSpan.FromMinutes(1));
        _clock.Advance(TimeSpan.FromMinutes(1));
        await TakeAsync();
        _queue.Done("a");
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, _queue.Count);
    }

    [Fact]
    public async Task A_scheduled_time_survives_an_earlier_event()
    {
        _queue.AddAfter("a", TimeSpan.FromMinutes(5));
        _queue.Add("a");
        await TakeAsync();
        _queue.Done("a");
        _clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("a", await TakeAsync());
    }

    [Fact]
    public async Task Failures_wait_from_5_milliseconds_to_1000_seconds_and_are_never_dropped()
    {
        List<double> waits = [];
        for (var failure = 0; failure < 40; failure++)
        {
            _queue.AddRateLimited("a");
            waits.Add((await _clock.AdvanceToTimerAsync(TimeSpan.FromDays(1))).TotalMilliseconds);
            Assert.Equal("a", await TakeAsync());
            _queue.Done("a");
        }
        Assert.Equal([5, 10, 20, 40, 80], waits.Take(5));
        Assert.Equal([655_360, 1_000_000, 1_000_000], waits.Skip(17).Take(3));
        Assert.Equal(1_000_000, waits[^1]);
    }

    [Fact]
    public async Task After_a_success_the_next_failure_waits_5_milliseconds_again()
    {
        for (var failure = 0; failure < 10; failure++)
        {
            _queue.AddRateLimited("a");
            await _clock.AdvanceToTimerAsync(TimeSpan.FromDays(1));
        }
        _queue.Forget("a");
        Assert.Equal(0, _queue.Failures("a"));
        _queue.AddRateLimited("a");
        Assert.Equal(TimeSpan.FromMilliseconds(5), await _clock.AdvanceToTimerAsync(TimeSpan.FromDays(1)));
    }

    [Fact]
    public async Task Failures_of_one_key_do_not_slow_down_another()
    {
        for (var failure = 0; failure < 10; failure++)
        {
            _queue.AddRateLimited("bad");
            await _clock.AdvanceToTimerAsync(TimeSpan.FromDays(1));
        }
        _queue.AddRateLimited("good");
        Assert.Equal(TimeSpan.FromMilliseconds(5), await _clock.AdvanceToTimerAsync(TimeSpan.FromDays(1)));
    }

    [Fact]
    public async Task Waiting_workers_are_released_when_the_queue_shuts_down()
    {
        var waiting = Enumerable.Range(0, 4).Select(_ => _queue.GetAsync(default).AsTask()).ToList();
        _queue.AddAfter("a", TimeSpan.FromSeconds(1));
        _queue.ShutDown();
        _clock.Advance(TimeSpan.FromSeconds(1));
        _queue.Add("b");
        Assert.All(await Task.WhenAll(waiting), Assert.Null);
    }

    [Fact]
    public async Task Metrics_count_waiting_and_completed_work()
    {
        _queue.Add("a");
        _queue.Add("a");
        _queue.Add("b", QueuePriority.Low);
        var text = _metrics.ToString();
        Assert.Contains("workqueue_adds_total{controller=\"test\",name=\"test\"} 2\n", text, StringComparison.Ordinal);
        Assert.Contains(
            "workqueue_depth{controller=\"test\",name=\"test\",priority=\"-100\"} 1\n", text, StringComparison.Ordinal);
        await TakeAsync();
        _clock.Advance(TimeSpan.FromSeconds(3));
        text = _metrics.ToString();
        Assert.Contains(
            "workqueue_longest_running_processor_seconds{controller=\"test\",name=\"test\"} 3\n",
            text, StringComparison.Ordinal);
        _queue.Done("a");
        Assert.Contains(
            "workqueue_work_duration_seconds_sum{controller=\"test\",name=\"test\"} 3\n",
            _metrics.ToString(), StringComparison.Ordinal);
    }

    async Task<string?> TakeAsync() => (await _queue.GetAsync(default))?.Key;

    async Task<List<string?>> TakeAllAsync(int count)
    {
        List<string?> taken = [];
        for (var i = 0; i < count; i++)
            taken.Add(await TakeAsync());
        return taken;
    }
}
