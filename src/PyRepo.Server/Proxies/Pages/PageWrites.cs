using PyRepo.Server.Platform.Background;

namespace PyRepo.Server.Proxies.Pages;

/// <summary>
/// Writes that clients do not wait for. A proxy answers first, and keeps what it answered with afterwards. Only if many
/// writes are under way does an answer wait for one of them, so that strangers cannot queue up any number.
/// </summary>
sealed class PageWrites
{
    const int MaxCount = 16;
    readonly SemaphoreSlim _room = new(MaxCount);

    /// <summary>Starts a write once there is room for it.</summary>
    /// <param name="write">Writes, and throws nothing.</param>
    /// <returns>The running write.</returns>
    public async ValueTask<Task> StartAsync(Func<Task> write)
    {
        await _room.WaitAsync();
        return DetachedTask.Run(() => RunAsync(write));
    }

    /// <summary>Waits until all writes that were started have ended.</summary>
    public async Task DrainAsync()
    {
        for (var taken = 0; taken < MaxCount; taken++)
            await _room.WaitAsync();
        _room.Release(MaxCount);
    }

    async Task RunAsync(Func<Task> write)
    {
        try
        {
            await write();
        }
        finally
        {
            _room.Release();
        }
    }
}
