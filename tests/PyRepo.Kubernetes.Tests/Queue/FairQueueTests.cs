using PyRepo.Kubernetes.Queue;
using PyRepo.Metrics;
using PyRepo.Testing;

namespace PyRepo.Kubernetes.Tests.Queue;

/// <summary>Keys are <c>NAMESPACE/NAME</c>; no namespace keeps another waiting.</summary>
public sealed class FairQueueTests
{
    readonly WorkQueue<string> _queue =
        new("test", new SteppedClock(), new MetricRegistry(), key => key.Split('/')[0]);

    [Fact]
    public async Task A_key_does_not_wait_for_the_keys_of_another_namespace()
    {
        AddMany("many", 100);
        Assert.Equal(["many/0", "many/1"], await TakeAsync(2));
        _queue.Add("other/0");
        Assert.Equal(["other/0", "many/2"], await TakeAsync(2));
    }

    [Fact]
    public async Task A_namespace_that_is_alone_gets_all_workers_and_its_first_key_comes_first()
    {
        AddMany("many", 100);
        Assert.Equal(Enumerable.Range(0, 100).Select(n => $"many/{n}"), await TakeAsync(100));
    }

    [Fact]
    public async Task Namespaces_take_turns_where_work_ends_at_once()
    {
        AddMany("a", 3);
        AddMany("b", 2);
        AddMany("c", 1);
        List<string> taken = [];
        for (var i = 0; i < 6; i++)
        {
            taken.AddRange(await TakeAsync(1));
            _queue.Done(taken[^1]);
        }
        Assert.Equal(["a/0", "b/0", "c/0", "a/1", "b/1", "a/2"], taken);
    }

    [Fact]
    public async Task A_namespace_whose_work_never_ends_gets_no_more_workers_than_another()
    {
        AddMany("slow", 100);
        AddMany("quick", 100);
        await TakeAsync(4);
        _queue.Done("quick/0");
        _queue.Done("quick/1");
        for (var i = 2; i < 100; i++)
        {
            Assert.Equal([$"quick/{i}"], await TakeAsync(1));
            _queue.Done($"quick/{i}");
        }
        Assert.Equal(["slow/2"], await TakeAsync(1));
    }

    [Fact]
    public async Task Constant_changes_in_one_namespace_do_not_starve_the_others()
    {
        _queue.Add("other/0", QueuePriority.Low);
        _queue.Add("busy/seen", QueuePriority.Low);
        AddMany("busy", 100);
        Assert.Equal(["busy/0", "other/0", "busy/1"], await TakeAsync(3));
        _queue.Done("busy/0");
        _queue.Done("busy/1");
        Assert.Equal(Enumerable.Range(2, 98).Select(n => $"busy/{n}").Append("busy/seen"), await TakeAsync(99));
    }

    [Fact]
    public async Task A_key_that_moves_up_leaves_its_place_and_its_namespace_keeps_its_turn()
    {
        AddMany("a", 2, QueuePriority.Low);
        AddMany("b", 1, QueuePriority.Low);
        _queue.Add("a/0");
        Assert.Equal(3, _queue.Count);
        Assert.Equal(["a/0", "b/0", "a/1"], await TakeAsync(3));
        Assert.Equal(0, _queue.Count);
    }

    void AddMany(string ns, int count, QueuePriority priority = QueuePriority.Normal)
    {
        for (var i = 0; i < count; i++)
            _queue.Add($"{ns}/{i}", priority);
    }

    async Task<List<string>> TakeAsync(int count)
    {
        List<string> taken = [];
        for (var i = 0; i < count; i++)
            taken.Add((await _queue.GetAsync(default))!.Value.Key);
        return taken;
    }
}
