using PyRepo.Server.Endpoints.Uploads;
using PyRepo.Server.Platform.Admission;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Endpoints.Uploads;

public sealed class UploadMemoryTests
{
    readonly SteppedClock _clock = new();
    readonly UploadMemory _memory;

    public UploadMemoryTests() => _memory = new UploadMemory(8 * UploadShare.FirstLength, _clock);

    [Fact]
    public async Task A_user_gets_half_of_the_remaining_memory_and_then_waits_for_their_own_uploads()
    {
        var first = await Shares.From(_memory, "alice");
        for (var i = 1; i < 4; i++)
            await Shares.From(_memory, "alice");
        var waiting = Shares.From(_memory, "alice");
        Assert.False(waiting.IsCompleted);
        using (await Shares.From(_memory, "bob"))
            Assert.False(Shares.From(_memory, "alice").IsCompleted);
        first.Dispose();
        (await waiting).Dispose();
    }

    [Fact]
    public async Task Equal_names_in_two_repositories_are_two_users()
    {
        for (var i = 0; i < 4; i++)
            await Shares.From(_memory, "publisher");
        Assert.False(Shares.From(_memory, "publisher").IsCompleted);
        using (await _memory.EnterAsync(new UploadOwner("other", "publisher"), CancellationToken.None))
            Assert.Equal(5 * UploadShare.FirstLength, _memory.Taken);
    }

    [Fact]
    public async Task Greedy_uploads_together_never_exceed_the_memory()
    {
        var shares = Enumerable.Range(0, 500).Select(i => Shares.From(_memory, $"user-{i % 50}")).ToList();
        Assert.InRange(_memory.Taken, 4 * UploadShare.FirstLength, 8 * UploadShare.FirstLength);
        while (shares.Count > 0)
        {
            var admitted = await Task.WhenAny(shares);
            shares.Remove(admitted);
            Assert.InRange(_memory.Taken, UploadShare.FirstLength, 8 * UploadShare.FirstLength);
            (await admitted).Dispose();
        }
        Assert.Equal(0, _memory.Taken);
    }

    [Fact]
    public async Task An_upload_that_waits_too_long_is_told_to_retry()
    {
        for (var i = 0; i < 4; i++)
            await Shares.From(_memory, "alice");
        var waiting = Shares.From(_memory, "alice");
        _clock.Advance(TimeSpan.FromSeconds(9));
        Assert.False(waiting.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<OverloadedException>(() => waiting);
        Assert.Equal(4 * UploadShare.FirstLength, _memory.Taken);
    }

    [Fact]
    public async Task An_upload_whose_client_leaves_stops_waiting()
    {
        using var gone = new CancellationTokenSource();
        for (var i = 0; i < 4; i++)
            await Shares.From(_memory, "alice");
        var waiting = _memory.EnterAsync(new UploadOwner("team", "alice"), gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(4 * UploadShare.FirstLength, _memory.Taken);
    }

    [Fact]
    public async Task Optional_memory_use_leaves_most_to_required_use()
    {
        var memory = new UploadMemory(16 * UploadShare.FirstLength, _clock);
        foreach (var user in (string[])["alice", "bob", "carol", "dave"])
        {
            var share = await Shares.From(memory, user);
            Assert.True(share.TryGrow(UploadShare.FirstLength));
            Assert.False(share.TryGrow(1));
        }
        var last = await Shares.From(memory, "erin");
        Assert.False(last.TryGrow(1));
        await last.GrowAsync(1, CancellationToken.None);
    }
}
