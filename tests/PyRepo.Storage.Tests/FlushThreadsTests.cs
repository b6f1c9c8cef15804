using PyRepo.Storage.Directories;
using PyRepo.Testing;

namespace PyRepo.Storage.Tests;

public sealed class FlushThreadsTests : IAsyncLifetime
{
    readonly FakeClock _clock = new();
    readonly FlushThreads _threads;

    public FlushThreadsTests() => _threads = new(maxThreads: 2, _clock);

    /// <summary>The test before may have ended on a thread that flushes.</summary>
    public async ValueTask InitializeAsync() => await Task.Yield();

    public ValueTask DisposeAsync() => default;

    [Fact]
    public async Task A_flush_does_not_wait_for_another_that_the_disk_holds_up()
    {
        using ManualResetEventSlim begun = new(), released = new();
        var heldUp = Task.Run(() => _threads.RunAsync(() =>
        {
            begun.Set();
            released.Wait();
        }));
        begun.Wait();
        var here = Environment.CurrentManagedThreadId;
        var there = 0;
        await _threads.RunAsync(() => there = Environment.CurrentManagedThreadId);
        Assert.NotEqual(here, there);
        Assert.False(heldUp.IsCompleted);
        released.Set();
        await heldUp;
    }

    [Fact]
    public async Task A_caller_that_is_alone_waits_for_the_disk_itself()
    {
        var (here, there) = (Environment.CurrentManagedThreadId, 0);
        await _threads.RunAsync(() => there = Environment.CurrentManagedThreadId);
        Assert.Equal(here, there);
    }

    [Fact]
    public async Task On_a_slow_disk_several_flushes_of_one_caller_wait_at_once()
    {
        for (var n = 0; n < 20; n++)
            await _threads.RunAsync(() => _clock.Advance(TimeSpan.FromMilliseconds(10)));
        using Barrier both = new(2);
        await Task.WhenAll(_threads.RunAsync(both.SignalAndWait), _threads.RunAsync(both.SignalAndWait));
        for (var n = 0; n < 100; n++)
            await _threads.RunAsync(() => { });
        await Task.Yield(); // Away from the thread that flushed.
        await A_caller_that_is_alone_waits_for_the_disk_itself();
    }

    [Fact]
    public async Task Who_waited_for_a_thread_flushes_there_the_next_time()
    {
        using ManualResetEventSlim waited = new();
        var both = FlushTwiceAsync(waited);
        waited.Set();
        var (first, second) = await both;
        Assert.Equal(first, second);
    }

    [Fact]
    public async Task A_failed_flush_is_told_to_its_caller_only()
    {
        await Assert.ThrowsAsync<IOException>(() => _threads.RunAsync(() => throw new IOException("here")));
        await Assert.ThrowsAsync<IOException>(() => _threads.RunLongAsync(() => throw new IOException("there")));
        await _threads.RunAsync(() => { });
        await _threads.RunLongAsync(() => { });
    }

    async Task<(int First, int Second)> FlushTwiceAsync(ManualResetEventSlim waited)
    {
        var (first, second) = (0, 0);
        await _threads.RunLongAsync(() =>
        {
            waited.Wait();
            first = Environment.CurrentManagedThreadId;
        }).ConfigureAwait(false);
        await _threads.RunAsync(() => second = Environment.CurrentManagedThreadId).ConfigureAwait(false);
        return (first, second);
    }
}
