using PyRepo.Downloads;
using PyRepo.Storage;
using PyRepo.Testing;
using static PyRepo.Server.Tests.Downloads.LogFolder;

namespace PyRepo.Server.Tests.Downloads;

public sealed class DownloadMergeTests : IDisposable
{
    readonly LogFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_replica_merges_its_files_of_the_day_level_by_level()
    {
        var log = _folder.Start();
        for (var i = 0; i < 32 * 33; i++)
        {
            Record(log, $"p{i % 5}-1.0.tar.gz", user: $"user-{i % 3}");
            await log.WriteAsync(default);
            if (i % 32 == 31)
                await log.MergeOwnAsync(default);
        }
        // 32 files of 32 files each, and one of 32.
        Assert.Equal(2, (await _folder.KeysAsync()).Length);
        var sum = 0L;
        for (var i = 0; i < 5; i++)
            sum += (await log.FindAsync(_folder.Query($"p{i}"), default))!.Rows.Sum(row => row.Downloads);
        Assert.Equal(32 * 33, sum);
    }

    [Fact]
    public async Task The_files_of_a_day_that_is_over_become_one_and_late_ones_are_added()
    {
        var (first, second) = (_folder.Start("a"), _folder.Start("b"));
        foreach (var log in (DownloadLog[])[first, second])
        {
            Record(log);
            await log.WriteAsync(default);
        }
        await first.MergeAsync(default);
        Assert.Equal(2, (await _folder.KeysAsync()).Length);
        _folder.Clock.Advance(TimeSpan.FromDays(1));
        await first.MergeAsync(default);
        Assert.Equal(["downloads/team-a/2026-03-01/merged.jsonl.zst"], await _folder.KeysAsync());
        // A download that began before midnight.
        _folder.Clock.Advance(TimeSpan.FromDays(-1));
        Record(second, user: "bob");
        await second.WriteAsync(default);
        _folder.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(
            ["evil-1.0-py3-none-any.whl alice 2", "evil-1.0-py3-none-any.whl bob 1"], await _folder.RowsAsync(first));
        await first.MergeAsync(default);
        Assert.Single(await _folder.KeysAsync());
        Assert.Equal(
            ["evil-1.0-py3-none-any.whl alice 2", "evil-1.0-py3-none-any.whl bob 1"], await _folder.RowsAsync(first));
    }

    [Fact]
    public async Task A_merge_that_dies_at_any_step_neither_loses_nor_doubles_a_download()
    {
        var expected = new List<string>();
        var log = _folder.Start();
        for (var i = 0; i < 5; i++)
        {
            Record(log, user: $"user-{i}");
            await log.WriteAsync(default);
            expected.Add($"evil-1.0-py3-none-any.whl user-{i} 1");
        }
        _folder.Clock.Advance(TimeSpan.FromDays(1));
        for (var steps = 0; ; steps++)
        {
            var dying = _folder.Start(store: new DyingStore(_folder.Store, steps));
            var isDone = await Xunit.Record.ExceptionAsync(() => dying.MergeAsync(default)) is null;
            Assert.Equal(expected, await _folder.RowsAsync(_folder.Start()));
            if (isDone && (await _folder.KeysAsync()).Length == 1)
                break;
        }
    }

    [Fact]
    public async Task What_a_merge_left_behind_is_not_counted_twice_after_the_next_merge()
    {
        var store = new DyingStore(_folder.Store, int.MaxValue);
        var log = _folder.Start(store: store);
        for (var i = 0; i < 32; i++)
        {
            Record(log);
            await log.WriteAsync(default);
        }
        // It writes the one file, and dies before it deletes the others.
        store.Steps = 1;
        await Assert.ThrowsAsync<IOException>(() => log.MergeOwnAsync(default));
        store.Steps = int.MaxValue;
        Assert.Equal(33, (await _folder.KeysAsync()).Length);
        _folder.Clock.Advance(TimeSpan.FromDays(1));
        var dying = _folder.Start(store: new DyingStore(_folder.Store, 1));
        await Assert.ThrowsAsync<IOException>(() => dying.MergeAsync(default));
        Assert.Equal(["evil-1.0-py3-none-any.whl alice 32"], await _folder.RowsAsync(log));
        await log.MergeAsync(default);
        Assert.Equal(["evil-1.0-py3-none-any.whl alice 32"], await _folder.RowsAsync(log));
        Assert.Single(await _folder.KeysAsync());
    }

    [Fact]
    public async Task Two_replicas_that_merge_at_once_lose_and_double_nothing()
    {
        var log = _folder.Start();
        for (var i = 0; i < 10; i++)
        {
            Record(log, user: $"user-{i % 2}");
            await log.WriteAsync(default);
        }
        _folder.Clock.Advance(TimeSpan.FromDays(1));
        await Task.WhenAll(
            Enumerable.Range(0, 4).Select(i => Task.Run(() => _folder.Start($"r{i}").MergeAsync(default))));
        Assert.Equal(
            ["evil-1.0-py3-none-any.whl user-0 5", "evil-1.0-py3-none-any.whl user-1 5"], await _folder.RowsAsync(log));
    }

    [Fact]
    public async Task A_download_is_shown_for_as_long_as_the_log_is_kept_and_then_removed()
    {
        var log = _folder.Start();
        Record(log, owner: Group);
        await log.WriteAsync(default);
        _folder.Clock.Advance(Group.KeepFor);
        Assert.Single(await _folder.RowsAsync(log));
        _folder.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(await _folder.RowsAsync(log));
        await log.MergeAsync(default);
        Assert.Single(await _folder.KeysAsync());
        _folder.Clock.Advance(TimeSpan.FromHours(12));
        await log.MergeAsync(default);
        Assert.Empty(await _folder.KeysAsync());
    }

    [Fact]
    public async Task A_shorter_time_holds_for_what_was_written_before_and_a_longer_one_does_not()
    {
        var log = _folder.Start();
        Record(log);
        Record(log, user: "bob", owner: Group);
        await log.WriteAsync(default);
        _folder.Clock.Advance(TimeSpan.FromDays(31));
        Assert.Equal(["evil-1.0-py3-none-any.whl alice 1"], await _folder.RowsAsync(log));
        log.Keep(Group with { KeepFor = TimeSpan.FromDays(400) });
        Assert.Equal(["evil-1.0-py3-none-any.whl alice 1"], await _folder.RowsAsync(log));
        log.Keep(Own with { KeepFor = TimeSpan.FromDays(7) });
        Assert.Empty(await _folder.RowsAsync(log));
        await log.MergeAsync(default);
        Assert.Empty(await _folder.KeysAsync());
    }

    [Fact]
    public async Task A_log_may_be_kept_for_ten_thousand_years()
    {
        var log = _folder.Start();
        Record(log, owner: Own with { KeepFor = TimeSpan.FromDays(3_652_500) });
        Assert.Single(await _folder.RowsAsync(log));
        _folder.Clock.Advance(TimeSpan.FromDays(2));
        await log.MergeAsync(default);
        Assert.Single(await _folder.RowsAsync(log));
    }

    [Fact]
    public async Task A_damaged_file_keeps_no_other_from_being_erased_or_removed()
    {
        var log = _folder.Start();
        foreach (var user in (string[])["alice", "bob"])
        {
            Record(log, user: user);
            await log.WriteAsync(default);
        }
        Record(log, user: "dave", owner: Group);
        await log.WriteAsync(default);
        await DamageAsync((await _folder.KeysAsync())[^1]);
        await Assert.ThrowsAsync<IOException>(() => log.ForgetAsync("alice", default));
        Assert.Equal(0, (await log.FindAsync(_folder.Query(), default))!.Rows.Count(row => row.Name is "alice"));
        _folder.Clock.Advance(TimeSpan.FromDays(40));
        await log.MergeAsync(default);
        Assert.DoesNotContain("downloads/all/", string.Concat(await _folder.KeysAsync()), StringComparison.Ordinal);
        _folder.Clock.Advance(TimeSpan.FromDays(400));
        await log.MergeAsync(default);
        Assert.Empty(await _folder.KeysAsync());
    }

    [Fact]
    public async Task A_shorter_time_holds_after_a_restart_that_does_not_know_it()
    {
        var log = _folder.Start();
        Record(log);
        await log.WriteAsync(default);
        _folder.Clock.Advance(TimeSpan.FromDays(3));
        log.Keep(Own with { KeepFor = TimeSpan.FromDays(5) });
        await log.MergeAsync(default);
        _folder.Clock.Advance(TimeSpan.FromDays(3));
        Assert.Empty(await _folder.RowsAsync(_folder.Start()));
    }

    [Fact]
    public async Task What_somebody_else_puts_into_the_folder_is_left_alone()
    {
        var log = _folder.Start();
        Record(log);
        await log.WriteAsync(default);
        await _folder.Store.AppendAsync(
            "downloads/team-a/2026-03-01/x.jsonl", "nonsense"u8.ToArray(), WriteCondition.None, default);
        Assert.True((await log.FindAsync(_folder.Query(), default))!.IsComplete);
        Assert.Equal(1, await log.ForgetAsync("alice", default));
        _folder.Clock.Advance(TimeSpan.FromDays(400));
        await log.MergeAsync(default);
        Assert.Equal(["downloads/team-a/2026-03-01/x.jsonl"], await _folder.KeysAsync());
    }

    [Fact]
    public async Task A_caller_that_is_erased_while_files_are_merged_does_not_come_back()
    {
        var log = _folder.Start();
        for (var i = 0; i < 3; i++)
        {
            Record(log);
            await log.WriteAsync(default);
        }
        _folder.Clock.Advance(TimeSpan.FromDays(1));
        var eraser = _folder.Start("b");
        var store = new InterruptedStore(_folder.Store, () => eraser.ForgetAsync("alice", default));
        await _folder.Start("c", store).MergeAsync(default);
        Assert.True(store.WasInterrupted);
        var texts = await Task.WhenAll((await _folder.KeysAsync()).Select(_folder.ReadAsync));
        Assert.DoesNotContain("alice", string.Concat(texts), StringComparison.Ordinal);
        Assert.Equal(3, (await log.FindAsync(_folder.Query(), default))!.Rows.Sum(row => row.Downloads));
    }

    async Task DamageAsync(string key)
    {
        var store = (IStore)_folder.Store;
        await using var content = await store.OpenAsync(key, default);
        var bytes = await content!.ReadAllAsync(default);
        bytes[^1] ^= 0x55;
        await using var staged = await store.StageAsync(bytes.Length, default);
        await staged.AppendAsync(bytes, default);
        await store.CommitAsync(staged, key, WriteCondition.None, default);
    }

    /// <summary>A store that fails after so many changes.</summary>
    sealed class DyingStore(IStore inner, int steps) : DelegatingStore(inner)
    {
        public int Steps { get; set; } = steps;

        public override ValueTask<StoredObject> CommitAsync(
            StagedObject staged, string key, WriteCondition condition, CancellationToken cancellationToken)
        {
            Step();
            return base.CommitAsync(staged, key, condition, cancellationToken);
        }

        public override ValueTask<bool> DeleteAsync(string key, CancellationToken cancellationToken)
        {
            Step();
            return base.DeleteAsync(key, cancellationToken);
        }

        void Step()
        {
            if (Steps-- <= 0)
                throw new IOException("The process was killed.");
        }
    }

    /// <summary>A store in which something else happens before the first object is written.</summary>
    sealed class InterruptedStore(IStore inner, Func<Task> interrupt) : DelegatingStore(inner)
    {
        public bool WasInterrupted { get; private set; }

        public override async ValueTask<StagedObject> StageAsync(
            string? key, long? expectedLength, CancellationToken cancellationToken)
        {
            if (!WasInterrupted)
            {
                WasInterrupted = true;
                await interrupt();
            }
            return await base.StageAsync(key, expectedLength, cancellationToken);
        }
    }
}
