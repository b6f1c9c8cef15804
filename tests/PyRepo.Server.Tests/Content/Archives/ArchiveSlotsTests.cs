using PyRepo.Server.Content.Archives;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Admission;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Content.Archives;

public sealed class ArchiveSlotsTests
{
    readonly SteppedClock _clock = new();
    readonly TaskCompletionSource<int> _first = new();

    [Fact]
    public async Task An_inspection_waits_for_the_one_before_it_and_may_give_up_waiting()
    {
        var slots = new ArchiveSlots(1, _clock);
        var first = slots.InspectAsync("alice", 0, _ => _first.Task, CancellationToken.None);
        using var leaving = new CancellationTokenSource();
        var left = slots.InspectAsync("alice", 0, _ => Task.FromResult(2), leaving.Token);
        var third = slots.InspectAsync("alice", 0, _ => Task.FromResult(3), CancellationToken.None);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        Assert.False(third.IsCompleted);
        _first.SetResult(1);
        Assert.Equal(1, await first);
        Assert.Equal(3, await third);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task Many_archives_of_one_uploader_do_not_delay_those_of_another(int count)
    {
        var slots = new ArchiveSlots(count, _clock);
        var going = new Queue<TaskCompletionSource<int>>();
        var many = Enumerable.Range(0, 20).Select(_ => slots.InspectAsync("mallory", 0, Hold, default)).ToList();
        Assert.Equal(Math.Max(1, count / 2), going.Count);
        var other = slots.InspectAsync("alice", 0, _ => Task.FromResult(2), default);
        if (count == 1)
            going.Dequeue().SetResult(1);
        Assert.Equal(2, await other);
        Assert.InRange(many.Count(each => each.IsCompleted), 0, 1);

        Task<int> Hold(WorkBudget budget)
        {
            going.Enqueue(new TaskCompletionSource<int>());
            return going.Last().Task;
        }
    }

    [Fact]
    public async Task An_archive_that_takes_more_of_a_processor_than_its_length_allows_is_rejected()
    {
        var slots = new ArchiveSlots(1, _clock) { MaxTime = TimeSpan.Zero };
        var rejected = await Assert.ThrowsAsync<RejectedException>(
            () => slots.InspectAsync("alice", 0, Endless, default));
        Assert.Equal(
            "Reading the archive is too expensive. It takes more than 0 s of CPU time.", rejected.Message);
        Assert.Equal(2, await slots.InspectAsync("alice", 0, _ => Task.FromResult(2), default));

        static Task<int> Endless(WorkBudget budget) => budget.Compute<Task<int>>(() =>
        {
            while (true)
                budget.Charge(1);
        });
    }

    [Fact]
    public async Task An_archive_that_takes_too_long_is_rejected_and_makes_room_for_the_next()
    {
        var slots = new ArchiveSlots(1, _clock);
        var rejected = await Assert.ThrowsAsync<RejectedException>(
            () => slots.InspectAsync("alice", 400 << 20, Slow, default));
        Assert.Equal("Reading the archive takes more than 160 seconds.", rejected.Message);
        // It says more about the server than about the archive.
        Assert.Equal(RejectionReason.Unavailable, rejected.Reason);
        Assert.Equal(2, await slots.InspectAsync("alice", 0, _ => Task.FromResult(2), default));

        Task<int> Slow(WorkBudget budget)
        {
            var cancellationToken = budget.Stop;
            _clock.Advance(TimeSpan.FromSeconds(159));
            cancellationToken.ThrowIfCancellationRequested();
            _clock.Advance(TimeSpan.FromSeconds(2));
            cancellationToken.ThrowIfCancellationRequested();
            return Task.FromResult(1);
        }
    }
}
