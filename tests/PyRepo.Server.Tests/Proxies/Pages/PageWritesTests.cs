using PyRepo.Server.Proxies.Pages;

namespace PyRepo.Server.Tests.Proxies.Pages;

public sealed class PageWritesTests
{
    readonly PageWrites _writes = new();

    [Fact]
    public async Task Nobody_waits_for_a_write_until_there_are_many()
    {
        var disk = new TaskCompletionSource();
        var started = new List<Task<Task>>();
        while (started.Count < 1000 && started.TrueForAll(s => s.IsCompleted))
            started.Add(_writes.StartAsync(() => disk.Task).AsTask());
        Assert.InRange(started.Count, 2, 100);
        disk.SetResult();
        foreach (var write in started)
            await await write;
    }

    [Fact]
    public async Task Draining_waits_for_all_that_was_started()
    {
        var (disk, written) = (new TaskCompletionSource(), 0);
        for (var i = 0; i < 5; i++)
        {
            _ = await _writes.StartAsync(async () =>
            {
                await disk.Task;
                Interlocked.Increment(ref written);
            });
        }
        var draining = _writes.DrainAsync();
        Assert.False(draining.IsCompleted);
        disk.SetResult();
        await draining;
        Assert.Equal(5, written);
        await await _writes.StartAsync(() => Task.CompletedTask);
    }
}
