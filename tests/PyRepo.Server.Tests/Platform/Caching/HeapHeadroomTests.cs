using PyRepo.Server.Platform.Admission;
using PyRepo.Server.Platform.Caching;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Platform.Caching;

public sealed class HeapHeadroomTests
{
    const long Limit = 200 << 20;

    readonly SteppedClock _clock = new();
    long _alive, _garbage;
    int _collections;

    [Fact]
    public async Task Garbage_is_collected_before_a_caller_has_to_wait()
    {
        var headroom = Headroom();
        (_alive, _garbage) = (100 << 20, 60 << 20);
        Assert.True(await RoomAsync(headroom, 5 << 20));
        Assert.Equal(0, _collections);
        Assert.True(await RoomAsync(headroom, 60 << 20));
        Assert.Equal(1, _collections);
    }

    [Fact]
    public async Task Work_that_does_not_fit_waits_until_other_work_is_done()
    {
        var headroom = Headroom();
        _alive = Limit;
        var waiting = RoomAsync(headroom, 60 << 20);
        Assert.False(waiting.IsCompleted);
        _alive = 0;
        _clock.Advance(TimeSpan.FromMilliseconds(50));
        Assert.True(await waiting);
    }

    [Fact]
    public async Task Work_is_refused_after_a_while_without_constant_garbage_collections()
    {
        var headroom = Headroom();
        _alive = Limit;
        var waiting = Enumerable.Range(0, 100).Select(_ => RoomAsync(headroom, 1)).ToArray();
        await PassUntilAsync(Task.WhenAll(waiting));
        Assert.DoesNotContain(true, await Task.WhenAll(waiting));
        Assert.InRange(_collections, 1, 12);
    }

    [Fact]
    public async Task Without_a_known_limit_there_is_room() => Assert.True(
        await RoomAsync(new HeapHeadroom(() => 0, () => Limit, () => { }, _clock), Limit));

    [Fact]
    public async Task On_a_full_heap_only_light_work_goes_through_the_gate()
    {
        var gate = new WorkGate(64 << 20, processors: 2, _clock) { Headroom = Headroom() };
        _alive = Limit;
        var heavy = ComputeAsync(gate, "heavy", 20 << 20);
        Assert.Equal(1, await ComputeAsync(gate, "light", 100 << 10));
        await PassUntilAsync(heavy);
        await Assert.ThrowsAsync<OverloadedException>(() => heavy);
        _alive = 0;
        Assert.Equal(1, await ComputeAsync(gate, "heavy", 20 << 20));
    }

    /// <summary>Lets time pass, look by look, until the work has ended.</summary>
    async Task PassUntilAsync(Task work)
    {
        while (!work.IsCompleted)
            await Task.WhenAny(work, _clock.AdvanceToTimerAsync(HeapHeadroom.BetweenLooks));
    }

    HeapHeadroom Headroom() => new(() => Limit, () => _alive + _garbage, Collect, _clock);

    static Task<bool> RoomAsync(HeapHeadroom headroom, long bytes) =>
        headroom.WaitForRoomAsync(bytes, CancellationToken.None).AsTask();

    void Collect() => (_garbage, _collections) = (0, _collections + 1);

    static Task<int> ComputeAsync(WorkGate gate, string name, long weight) =>
        gate.ComputeAsync(new Number(name), weight, _ => 1, CancellationToken.None);

    sealed record Number(string Name) : WorkKey<int>;
}
