using PyRepo.Server.Platform.Admission;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Endpoints.Uploads;

/// <summary>
/// The memory of all uploads under way, for what is kept of their forms and for their buffers. An upload holds its
/// share for as long as it takes, which its client decides, so nobody gets more than half of what others leave.
/// </summary>
/// <param name="capacity">The bytes of all shares.</param>
/// <param name="clock">Measures how long one waits for a share.</param>
sealed class UploadMemory(long capacity, TimeProvider clock)
{
    /// <summary>The part of the memory up to which one may take what can be done without.</summary>
    const int OptionalShare = 8;

    readonly Lock _lock = new();
    readonly Dictionary<UploadOwner, long> _taken = [];
    readonly LinkedList<Waiting> _waiting = [];
    long _total;

    /// <summary>That of this process.</summary>
    public static UploadMemory Shared { get; } = new(
        Math.Max(MemoryBudget.OfControlGroup().Capacity / 2, ServerLimits.MinUploadMemory), TimeProvider.System);

    /// <summary>The bytes that are taken.</summary>
    public long Taken
    {
        get
        {
            lock (_lock)
                return _total;
        }
    }

    /// <summary>Waits for the share that an upload begins with. The caller must dispose it.</summary>
    /// <exception cref="OverloadedException">There was no room for it in time.</exception>
    public async Task<UploadShare> EnterAsync(UploadOwner owner, CancellationToken cancellationToken)
    {
        await TakeAsync(owner, UploadShare.FirstLength, cancellationToken);
        return new UploadShare(this, owner);
    }

    /// <summary>Waits for memory.</summary>
    /// <exception cref="OverloadedException">There was none in time.</exception>
    public async Task TakeAsync(UploadOwner owner, long bytes, CancellationToken cancellationToken)
    {
        var waiting = new Waiting(owner, bytes);
        lock (_lock)
        {
            if (Fits(owner, bytes))
            {
                Add(owner, bytes);
                return;
            }
            _waiting.AddLast(waiting);
        }
        await WaitLimit.ApplyAsync(either => WaitAsync(waiting, either), clock, cancellationToken);
    }

    async Task WaitAsync(Waiting waiting, CancellationToken cancellationToken)
    {
        await using var registration = cancellationToken.Register(() => GiveUp(waiting, cancellationToken));
        await waiting.Turn.Task;
    }

    /// <summary>
    /// Takes memory that can be done without. The other half is for those that cannot, and most of what one may have
    /// for one's own other uploads.
    /// </summary>
    public bool TryTake(UploadOwner owner, long bytes)
    {
        lock (_lock)
        {
            if (_total + bytes > capacity / 2
                || _taken.GetValueOrDefault(owner) + bytes > capacity / OptionalShare)
                return false;
            Add(owner, bytes);
            return true;
        }
    }

    /// <summary>Gives memory back, and lets those in for whom there is room now.</summary>
    public void Return(UploadOwner owner, long bytes)
    {
        lock (_lock)
        {
            Add(owner, -bytes);
            for (var (node, next) = (_waiting.First, _waiting.First?.Next); node is not null;
                (node, next) = (next, next?.Next))
            {
                if (!Fits(node.Value.Owner, node.Value.Bytes))
                    continue;
                Add(node.Value.Owner, node.Value.Bytes);
                _waiting.Remove(node);
                node.Value.Turn.SetResult();
            }
        }
    }

    void GiveUp(Waiting waiting, CancellationToken why)
    {
        lock (_lock)
        {
            if (_waiting.Remove(waiting))
                waiting.Turn.SetCanceled(why);
        }
    }

    bool Fits(UploadOwner owner, long bytes)
    {
        var own = _taken.GetValueOrDefault(owner);
        return own + bytes <= (capacity - (_total - own)) / 2;
    }

    void Add(UploadOwner owner, long bytes)
    {
        _total += bytes;
        if ((_taken[owner] = _taken.GetValueOrDefault(owner) + bytes) == 0)
            _taken.Remove(owner);
    }

    sealed class Waiting(UploadOwner owner, long bytes)
    {
        public UploadOwner Owner => owner;

        public long Bytes => bytes;

        public TaskCompletionSource Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
