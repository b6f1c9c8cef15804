using PyRepo.Server.Content.Records;
using PyRepo.Storage;
using PyRepo.Testing;
using static PyRepo.Server.Tests.Content.Statistics.StatisticsFolder;

namespace PyRepo.Server.Tests.Content.Statistics;

public sealed class StatisticsMergeTests : IDisposable
{
    static readonly string[] _expected = ["03-01 bar 1.0 pip 3.11 7", "03-01 foo 1.0 pip 3.11 5"];
    readonly StatisticsFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_files_of_a_day_that_is_long_over_become_one()
    {
        await WriteTwoAsync();
        _folder.Clock.Advance(TimeSpan.FromDays(6));
        await _folder.Start().MergeAsync(default);
        Assert.Equal(2, (await _folder.KeysAsync()).Length);
        _folder.Clock.Advance(TimeSpan.FromDays(1));
        await _folder.Start().MergeAsync(default);
        Assert.Equal(["statistics/2026-03-01/merged.json"], await _folder.KeysAsync());
        Assert.Equal(_expected, await RowsAsync(_folder.Start()));
        await _folder.Start().MergeAsync(default);
        Assert.Equal(_expected, await RowsAsync(_folder.Start()));
    }

    [Fact]
    public async Task A_day_of_one_replica_stays_as_it_is()
    {
        var statistics = _folder.Start();
        Count(statistics, "foo-1.0.tar.gz");
        await statistics.WriteAsync(default);
        _folder.Clock.Advance(TimeSpan.FromDays(30));
        await statistics.MergeAsync(default);
        Assert.Equal(["statistics/2026-03-01/0.json"], await _folder.KeysAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_merge_that_is_interrupted_loses_nothing_and_counts_nothing_twice(int steps)
    {
        await WriteTwoAsync();
        _folder.Clock.Advance(TimeSpan.FromDays(8));
        var interrupted = _folder.Start("one-1", new DyingStore(_folder.Store, steps));
        await Assert.ThrowsAsync<IOException>(() => interrupted.MergeAsync(default));
        Assert.Equal(steps == 0 ? 2 : 4 - steps, (await _folder.KeysAsync()).Length);
        Assert.Equal(_expected, await RowsAsync(_folder.Start()));
        await _folder.Start().MergeAsync(default);
        Assert.Equal(["statistics/2026-03-01/merged.json"], await _folder.KeysAsync());
        Assert.Equal(_expected, await RowsAsync(_folder.Start()));
    }

    [Fact]
    public async Task Downloads_added_to_an_already_merged_day_are_counted()
    {
        var (one, _) = await WriteTwoAsync();
        var now = _folder.Clock.GetUtcNow();
        _folder.Clock.Set(now.AddDays(8));
        await _folder.Start().MergeAsync(default);
        // The replica's clock is wrong, and it still has the day in its memory.
        _folder.Clock.Set(now);
        Count(one, "foo-1.0.tar.gz", times: 10);
        await one.WriteAsync(default);
        string[] expected = ["03-01 bar 1.0 pip 3.11 7", "03-01 foo 1.0 pip 3.11 15"];
        Assert.Equal(expected, await RowsAsync(_folder.Start()));
        Assert.Equal(expected, await RowsAsync(one));
        _folder.Clock.Set(now.AddDays(8));
        await _folder.Start().MergeAsync(default);
        Assert.Equal(["statistics/2026-03-01/merged.json"], await _folder.KeysAsync());
        Assert.Equal(expected, await RowsAsync(_folder.Start()));
    }

    [Fact]
    public async Task A_damaged_file_is_left_where_it_is()
    {
        await WriteTwoAsync();
        await _folder.Store.AppendAsync(
            StorageLayout.Statistics(Day(1), "three-3"), "nonsense"u8.ToArray(), WriteCondition.None, default);
        _folder.Clock.Advance(TimeSpan.FromDays(8));
        await _folder.Start().MergeAsync(default);
        Assert.Equal(
            ["statistics/2026-03-01/merged.json", "statistics/2026-03-01/three-3.json"], await _folder.KeysAsync());
        Assert.Equal(_expected, await RowsAsync(_folder.Start()));
    }

    async Task<(Server.Content.Statistics.DownloadStatistics One, Server.Content.Statistics.DownloadStatistics Other)>
        WriteTwoAsync()
    {
        var (one, other) = (_folder.Start("one-1"), _folder.Start("two-2"));
        Count(one, "foo-1.0.tar.gz", times: 2);
        Count(other, "foo-1.0.tar.gz", times: 3);
        Count(other, "bar-1.0.tar.gz", times: 7);
        await one.WriteAsync(default);
        await other.WriteAsync(default);
        return (one, other);
    }

    /// <summary>A store of a process that dies after some steps: writes and deletions.</summary>
    sealed class DyingStore(IStore inner, int steps) : DelegatingStore(inner)
    {
        int _left = steps;

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
            if (_left-- <= 0)
                throw new IOException("The process is dead.");
        }
    }
}
