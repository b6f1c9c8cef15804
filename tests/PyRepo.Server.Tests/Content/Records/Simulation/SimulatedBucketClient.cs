using PyRepo.Storage;
using PyRepo.Storage.Buckets;

namespace PyRepo.Server.Tests.Content.Records.Simulation;

/// <summary>A process's connection to the service, on which requests and answers are late or get lost.</summary>
/// <param name="world">The simulation.</param>
/// <param name="bucket">The service.</param>
/// <param name="process">The process.</param>
/// <param name="settings">How often what goes wrong.</param>
/// <param name="fault">The planted fault.</param>
sealed class SimulatedBucketClient(
    SimulatedWorld world, SimulatedBucket bucket, SimulatedProcess process, SimulationSettings settings,
    PlantedFault fault) : IBucketClient
{
    /// <summary>How long a client waits for an answer that does not come.</summary>
    const double LongestWait = 6;

    /// <summary>How late a request may arrive: below <c>WriteAnnouncements.LongestWay</c>.</summary>
    const double LongestWay = 59;

    public int PartLength => 8 << 20;

    public int MaxConcurrentParts => 1;

    public Task<StoredObject?> HeadAsync(string name, CancellationToken cancellationToken) =>
        ReadAsync("head", name, () => bucket.Find(name));

    public Task<BucketResponse> GetAsync(string name, BucketRead read, CancellationToken cancellationToken) =>
        ReadAsync("get", name, () => bucket.Read(name, read));

    public async Task<StoredObject> PutAsync(
        string name, BucketBody body, WriteCondition condition, CancellationToken cancellationToken)
    {
        var bytes = body.ToMemory().ToArray();
        var isRecord = name.StartsWith("projects/", StringComparison.Ordinal);
        if (isRecord && fault == PlantedFault.NoCondition)
            condition = WriteCondition.None;
        if (isRecord && fault == PlantedFault.QuotedTagsSent && condition.Version is { } version)
            condition = WriteCondition.Match(version);
        if (isRecord && world.Happens(settings.StopsWhenWriting))
        {
            var stop = world.Between(1, 100);
            world.After(TimeSpan.Zero, () => process.Stop(stop, isFrozen: false));
            if (fault == PlantedFault.SentWhenInvalid)
                await Task.Delay(TimeSpan.FromMilliseconds(1), new SimulatedClock(world, process), cancellationToken);
            // Whoever is stopped does not give up waiting.
            else if (world.Happens(500))
                return await ArriveAsync(name, bytes, condition, stop * world.Random.NextDouble());
        }
        try
        {
            return await WriteAsync(name, bytes, condition);
        }
        catch (BucketException error) when (error is { IsTransient: true, IsThrottled: false }
            && isRecord && fault == PlantedFault.LostAnswerSentAgain)
        {
            return await WriteAsync(name, bytes, WriteCondition.None);
        }
    }

    public async Task DeleteAsync(string name, CancellationToken cancellationToken) =>
        await ReadAsync("delete", name, () =>
        {
            bucket.Delete(name);
            return true;
        });

    public Task<bool> BucketExistsAsync(CancellationToken cancellationToken) => Task.FromResult(true);

    public Uri? Presign(string name, TimeSpan validFor) => null;

    public Task<string> BeginUploadAsync(string name, CancellationToken cancellationToken) =>
        ReadAsync("begin", name, () => "parts");

    public Task<string> PutPartAsync(
        string name, string upload, int number, BucketBody body, CancellationToken cancellationToken) => throw Unused();

    public Task<StoredObject> CompleteUploadAsync(
        string name, string upload, IReadOnlyList<string> parts, BucketBody last, WriteCondition condition,
        CancellationToken cancellationToken) => WriteAsync(name, last.ToMemory().ToArray(), condition);

    public Task AbortUploadAsync(string name, string upload, CancellationToken cancellationToken) =>
        ReadAsync("abort", name, () => true);

    public Task AbortUploadsAsync(string prefix, DateTimeOffset before, CancellationToken cancellationToken) =>
        throw Unused();

    public IAsyncEnumerable<StoredObject> ListAsync(
        string prefix, string? startAfter, CancellationToken cancellationToken) => throw Unused();

    public Task<bool> CreateBucketAsync(CancellationToken cancellationToken) => throw Unused();

    public Task DeleteBucketAsync(CancellationToken cancellationToken) => throw Unused();

    public void Dispose()
    {
    }

    static NotSupportedException Unused() => new("The simulation has no such request.");

    static BucketException NoAnswer() =>
        new(BucketException.Unreachable, "There was no answer.") { IsTransient = true };

    /// <summary>A request that changes nothing; sent again, it would mostly succeed.</summary>
    Task<T> ReadAsync<T>(string what, string name, Func<T> read)
    {
        world.Note($"{what} {name}", process.Name);
        var answer = new TaskCompletionSource<T>();
        if (world.Happens(settings.Lost / 4))
        {
            world.After(world.Between(1, LongestWait), () => answer.SetException(NoAnswer()));
            return answer.Task;
        }
        world.After(Way(), () =>
        {
            var found = read();
            world.After(Way(), () => answer.SetResult(found));
        });
        return answer.Task;
    }

    Task<StoredObject> ArriveAsync(string name, byte[] bytes, WriteCondition condition, TimeSpan way)
    {
        world.Note($"put {name}", process.Name, bytes.Length);
        var answer = new TaskCompletionSource<StoredObject>();
        var longest = TimeSpan.FromSeconds(LongestWay);
        Arrive(name, bytes, condition, way < longest ? way : longest, answer);
        return answer.Task;
    }

    Task<StoredObject> WriteAsync(string name, byte[] bytes, WriteCondition condition)
    {
        world.Note($"put {name}", process.Name, bytes.Length);
        var answer = new TaskCompletionSource<StoredObject>();
        if (world.Happens(settings.Throttled))
            Fail(Way(), new BucketException("SlowDown", "Too many.") { IsTransient = true, IsThrottled = true });
        else if (world.Happens(settings.Refused) && condition != WriteCondition.None)
            Fail(Way(), new PreconditionFailedException("The service says that the condition does not hold."));
        else if (world.Happens(settings.Lost))
            Lose(isLate: false, hasArrived: world.Happens(500));
        else if (world.Happens(settings.Late))
            Lose(isLate: true, hasArrived: true);
        else
            Arrive(name, bytes, condition, Way(), answer);
        return answer.Task;

        void Fail(TimeSpan time, Exception error) => world.After(time, () => answer.SetException(error));

        void Lose(bool isLate, bool hasArrived)
        {
            Fail(world.Between(1, LongestWait), NoAnswer());
            if (hasArrived)
                Arrive(name, bytes, condition, isLate ? world.Between(0, LongestWay) : Way(), new());
        }
    }

    void Arrive(
        string name, byte[] bytes, WriteCondition condition, TimeSpan way, TaskCompletionSource<StoredObject> answer)
    {
        world.After(way, () =>
        {
            if (!bucket.Holds(name, condition))
                world.After(Way(), () => answer.SetException(Refuse()));
            else if (bucket.WritesLater)
                world.After(TimeSpan.FromSeconds(settings.Latency) + Way(), Write);
            else
                Write();
        });

        void Write()
        {
            var written = bucket.Write(name, bytes, process.Name);
            world.After(Way(), () => answer.SetResult(written));
        }
    }

    PreconditionFailedException Refuse() =>
        new("It has changed.") { IsByConcurrentWrite = fault == PlantedFault.RefusalBlamedOnOthers };

    TimeSpan Way() => world.Between(0.0005, settings.Latency);
}
