using PyRepo.Server.Platform.Background;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Platform.Background;

public sealed class BackgroundLoopsTests : IDisposable
{
    static readonly TimeSpan _interval = TimeSpan.FromMinutes(2);
    readonly SteppedClock _clock = new();
    readonly LogLines _log = new();
    readonly CancellationTokenSource _ending = new();
    readonly BackgroundLoops _loops;

    public BackgroundLoopsTests() => _loops = new BackgroundLoops("team-a", _clock, _log);

    public static TheoryData<string> Failures { get; } = ["io", "memory", "argument", "timeout"];

    BackgroundLoop Only => Assert.Single(_loops.All);

    public void Dispose() => _ending.Dispose();

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Work_that_fails_starts_again_after_a_pause_that_doubles(string kind)
    {
        var pauses = new List<double>();
        var running = _loops.RunAsync("adoption", _ => throw GetError(kind), _interval, _ending.Token);
        for (var i = 0; i < 7; i++)
            pauses.Add((await _clock.AdvanceToTimerAsync(_interval)).TotalSeconds);
        Assert.Equal([1, 2, 4, 8, 16, 30, 30], pauses);
        await EndAsync(running);
    }

    [Fact]
    public async Task A_failure_shows_until_the_work_succeeds_and_its_count_stays()
    {
        var passes = 0;
        var running = _loops.RunAsync(
            "garbage", _ => ++passes is 2 or 3 ? throw GetError("io") : Task.CompletedTask, _interval, _ending.Token);
        await _clock.AdvanceToTimerAsync(_interval);
        var began = _clock.GetUtcNow();
        await _clock.AdvanceToTimerAsync(TimeSpan.FromSeconds(1));
        await _clock.AdvanceToTimerAsync(TimeSpan.FromSeconds(2));
        await Eventually.IsAsync("it succeeds", () => Task.FromResult(passes == 4 && Only.Failure is null));
        Assert.Equal(2, Only.Failures);
        Assert.Contains("'garbage' of 'team-a'", await _log.NextAsync(), StringComparison.Ordinal);
        Assert.True(_clock.GetUtcNow() - began >= TimeSpan.FromSeconds(3));
        await EndAsync(running);
    }

    [Fact]
    public async Task The_same_failure_is_logged_once_in_ten_minutes_and_another_one_at_once()
    {
        var kinds = new Queue<string>(["io", "io", "io", "argument", "io"]);
        var running = _loops.RunAsync(
            "adoption", _ => throw GetError(kinds.TryDequeue(out var kind) ? kind : "memory"),
            _interval, _ending.Token);
        for (var i = 0; i < 6; i++)
            await _clock.AdvanceToTimerAsync(_interval);
        await EndAsync(running);
        Assert.Equal(["1 failures", "4 failures", "6 failures"],
            [Counted(await _log.NextAsync()), Counted(await _log.NextAsync()), Counted(await _log.NextAsync())]);
    }

    [Fact]
    public async Task Work_that_fails_does_not_stop_other_work()
    {
        var passes = 0;
        var failing = _loops.RunAsync("adoption", _ => throw GetError("memory"), _interval, _ending.Token);
        var other = _loops.RunAsync("garbage", _ => Task.FromResult(++passes), _interval, _ending.Token);
        await Eventually.IsAsync("the other work runs again and again", async () =>
        {
            await _clock.AdvanceToTimerAsync(_interval);
            return passes > 5;
        });
        await EndAsync(Task.WhenAll(failing, other));
        Assert.Empty(_loops.All);
    }

    [Fact]
    public async Task Work_to_do_once_is_repeated_until_it_succeeds()
    {
        var passes = 0;
        var running = _loops.RunOnceAsync(
            "records", _ => ++passes < 3 ? throw GetError("io") : Task.CompletedTask, _ending.Token);
        await _clock.AdvanceToTimerAsync(_interval);
        await _clock.AdvanceToTimerAsync(_interval);
        await running;
        Assert.Equal((3, 2), (passes, Only.Failures));
        Assert.Null(Only.Failure);
    }

    [Fact]
    public async Task A_pass_that_takes_hours_and_fails_is_tried_again_after_minutes()
    {
        var running = _loops.RunAsync(
            "adoption",
            _ =>
            {
                _clock.Advance(TimeSpan.FromHours(3));
                throw GetError("io");
            },
            _interval, _ending.Token);
        Assert.Equal(TimeSpan.FromMinutes(5), await _clock.AdvanceToTimerAsync(TimeSpan.FromDays(10)));
        await EndAsync(running);
    }

    [Fact]
    public async Task Work_goes_on_even_if_there_is_no_memory_for_the_pause()
    {
        var passes = 0;
        var clock = new ClockWithoutMemory(failures: 3);
        var running = new BackgroundLoops("team-a", clock, _log).RunAsync(
            "configuration", _ => ++passes % 2 == 0 ? throw new InsufficientMemoryException() : Task.CompletedTask,
            TimeSpan.FromMilliseconds(1), _ending.Token);
        await Eventually.IsAsync("it goes on", () => Task.FromResult(passes > 5));
        await EndAsync(running);
    }

    static string Counted(string line) => line.Split('(')[1].Split(" so far")[0];

    static Exception GetError(string kind) => kind switch
    {
        "io" => new IOException("The medium failed."),
        "memory" => new InsufficientMemoryException("There is no memory left."),
        "timeout" => new OperationCanceledException("It took too long."),
        _ => new ArgumentException("It is not a key."),
    };

    async Task EndAsync(Task running)
    {
        await _ending.CancelAsync();
        await running;
    }
}
