using System.Globalization;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Content.Statistics;
using PyRepo.Server.Platform.Limits;
using PyRepo.Storage;
using PyRepo.Testing;
using static PyRepo.Server.Tests.Content.Statistics.StatisticsFolder;

namespace PyRepo.Server.Tests.Content.Statistics;

public sealed class DownloadStatisticsTests : IDisposable
{
    readonly StatisticsFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_download_is_counted_by_day_release_installer_and_Python()
    {
        var statistics = _folder.Start();
        Count(statistics, "foo-1.0.tar.gz", times: 2);
        Count(statistics, "foo-1.0-py3-none-any.whl");
        Count(statistics, "foo-1.0RC1.tar.gz", Uv);
        Count(statistics, "bar-2004d.tar.gz", "something else");
        string[] expected =
        [
            "03-01 bar 2004d other  1", "03-01 foo 1.0 pip 3.11 3", "03-01 foo 1.0rc1 uv 3.13 1",
        ];
        Assert.Equal(expected, await RowsAsync(statistics));
        await statistics.WriteAsync(default);
        Assert.Equal(expected, await RowsAsync(statistics));
        Assert.Equal(["statistics/2026-03-01/0.json"], await _folder.KeysAsync());
        Assert.Equal([("other", 1), ("pip", 3), ("uv", 1)], statistics.SinceStart);
    }

    [Fact]
    public async Task The_statistics_identify_no_user()
    {
        var statistics = _folder.Start();
        Count(statistics, "foo-1.0.tar.gz", """pip/26.3 {"python":"3.11.7","user_data":"alice"} 10.0.0.1""");
        await statistics.WriteAsync(default);
        await using var content = await _folder.Store.OpenAsync("statistics/2026-03-01/0.json", default);
        using var reader = new StreamReader(await content!.OpenStreamAsync(0, default));
        Assert.Equal(
            """{"rows":[{"project":"foo","version":"1.0","installer":"pip","python":"3.11","downloads":1}]}""",
            await reader.ReadToEndAsync());
    }

    [Fact]
    public async Task A_day_ends_at_midnight_in_UTC()
    {
        var statistics = _folder.Start();
        Count(statistics, "foo-1.0.tar.gz");
        _folder.Clock.Advance(TimeSpan.FromHours(11.9));
        Count(statistics, "foo-1.0.tar.gz");
        _folder.Clock.Advance(TimeSpan.FromHours(0.2));
        Count(statistics, "foo-1.0.tar.gz");
        await statistics.WriteAsync(default);
        string[] expected = ["03-01 foo 1.0 pip 3.11 2", "03-02 foo 1.0 pip 3.11 1"];
        Assert.Equal(expected, await RowsAsync(statistics));
        for (var pass = 0; pass < 5; pass++)
            await statistics.WriteAsync(default); // The first day leaves the memory.
        Assert.Equal(expected, await RowsAsync(statistics));
        Assert.Equal(expected, await RowsAsync(_folder.Start()));
    }

    [Fact]
    public async Task A_clock_set_back_to_a_past_day_continues_that_day()
    {
        var statistics = _folder.Start();
        Count(statistics, "foo-1.0.tar.gz");
        _folder.Clock.Set(_folder.Clock.GetUtcNow().AddDays(1));
        Count(statistics, "foo-1.0.tar.gz");
        for (var pass = 0; pass < 5; pass++)
            await statistics.WriteAsync(default);
        _folder.Clock.Set(_folder.Clock.GetUtcNow().AddDays(-1));
        Count(statistics, "foo-1.0.tar.gz");
        await statistics.WriteAsync(default);
        Assert.Equal(["03-01 foo 1.0 pip 3.11 2", "03-02 foo 1.0 pip 3.11 1"], await RowsAsync(_folder.Start()));
    }

    [Fact]
    public async Task A_restart_goes_on_with_the_day()
    {
        var before = _folder.Start();
        Count(before, "foo-1.0.tar.gz", times: 3);
        Count(before, "bar-1.0.tar.gz");
        await before.FinishAsync();

        var after = _folder.Start();
        Count(after, "foo-1.0.tar.gz");
        Assert.Equal(["03-01 bar 1.0 pip 3.11 1", "03-01 foo 1.0 pip 3.11 4"], await RowsAsync(after));
        await after.WriteAsync(default);
        Count(after, "foo-2.0.tar.gz");
        await after.FinishAsync();
        string[] expected = ["03-01 bar 1.0 pip 3.11 1", "03-01 foo 1.0 pip 3.11 4", "03-01 foo 2.0 pip 3.11 1"];
        Assert.Equal(expected, await RowsAsync(after));
        Assert.Equal(expected, await RowsAsync(_folder.Start()));
    }

    [Fact]
    public async Task Nothing_is_written_if_nothing_was_downloaded()
    {
        var statistics = _folder.Start();
        await statistics.WriteAsync(default);
        Assert.Empty(await _folder.KeysAsync());
        Count(statistics, "foo-1.0.tar.gz");
        await statistics.WriteAsync(default);
        await _folder.Store.DeleteAsync("statistics/2026-03-01/0.json", default);
        await statistics.WriteAsync(default);
        Assert.Empty(await _folder.KeysAsync());
    }

    [Fact]
    public async Task Each_replica_has_its_own_file_and_reads_those_of_all()
    {
        var (one, other) = (_folder.Start("one-1"), _folder.Start("two-2"));
        Count(one, "foo-1.0.tar.gz", times: 2);
        Count(other, "foo-1.0.tar.gz", times: 3);
        Count(other, "foo-1.0.tar.gz", Uv);
        Assert.Equal(["03-01 foo 1.0 pip 3.11 2"], await RowsAsync(one));
        await one.WriteAsync(default);
        await other.WriteAsync(default);
        string[] expected = ["03-01 foo 1.0 pip 3.11 5", "03-01 foo 1.0 uv 3.13 1"];
        Assert.Equal(expected, await RowsAsync(one));
        Assert.Equal(expected, await RowsAsync(other));
        Assert.Equal(
            ["statistics/2026-03-01/one-1.json", "statistics/2026-03-01/two-2.json"], await _folder.KeysAsync());
    }

    [Fact]
    public async Task Two_processes_of_one_name_do_not_overwrite_each_other()
    {
        var (former, successor) = (_folder.Start(), _folder.Start());
        Count(former, "foo-1.0.tar.gz", times: 2);
        await former.WriteAsync(default);
        Count(successor, "foo-1.0.tar.gz", times: 3);
        await successor.WriteAsync(default);
        // The former one was only slow.
        Count(former, "foo-1.0.tar.gz", times: 10);
        Count(former, "bar-1.0.tar.gz");
        await former.WriteAsync(default);
        Count(successor, "foo-1.0.tar.gz", times: 100);
        await successor.WriteAsync(default);
        string[] expected = ["03-01 bar 1.0 pip 3.11 1", "03-01 foo 1.0 pip 3.11 115"];
        Assert.Equal(expected, await RowsAsync(successor));
        Assert.Equal(expected, await RowsAsync(former));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_failed_write_is_repeated_correctly_whether_or_not_it_was_stored(bool isStored)
    {
        var store = new FailingStore(_folder.Store, isStored);
        var statistics = _folder.Start("0", store);
        Count(statistics, "foo-1.0.tar.gz", times: 2);
        await statistics.WriteAsync(default);
        store.Failures = 1;
        Count(statistics, "foo-1.0.tar.gz", times: 10);
        await Assert.ThrowsAsync<IOException>(() => statistics.WriteAsync(default));
        Assert.Equal(["03-01 foo 1.0 pip 3.11 12"], await RowsAsync(statistics));
        Count(statistics, "foo-1.0.tar.gz", times: 100);
        store.Failures = 1;
        await Assert.ThrowsAsync<IOException>(() => statistics.WriteAsync(default));
        await statistics.WriteAsync(default);
        Assert.Equal(["03-01 foo 1.0 pip 3.11 112"], await RowsAsync(statistics));
        Assert.Equal(["03-01 foo 1.0 pip 3.11 112"], await RowsAsync(_folder.Start()));
    }

    [Fact]
    public async Task Without_ownership_of_the_store_nothing_is_written_and_nothing_is_lost()
    {
        var waiting = "waits";
        var statistics = _folder.Start();
        statistics.Waiting = () => waiting;
        Count(statistics, "foo-1.0.tar.gz");
        await statistics.WriteAsync(default);
        Assert.Empty(await _folder.KeysAsync());
        waiting = null;
        await statistics.FinishAsync();
        Assert.Equal(["03-01 foo 1.0 pip 3.11 1"], await RowsAsync(_folder.Start()));
    }

    [Fact]
    public async Task A_file_that_is_damaged_does_not_count_and_does_not_stop_the_others()
    {
        var (one, other) = (_folder.Start("one-1"), _folder.Start("two-2"));
        Count(one, "foo-1.0.tar.gz");
        await one.WriteAsync(default);
        await _folder.Store.AppendAsync(
            StorageLayout.Statistics(Day(1), "two-2"), "nonsense"u8.ToArray(), WriteCondition.None, default);
        Assert.Equal(["03-01 foo 1.0 pip 3.11 1"], await RowsAsync(one));
        Count(other, "foo-1.0.tar.gz");
        await other.WriteAsync(default);
        Assert.Equal(["03-01 foo 1.0 pip 3.11 2"], await RowsAsync(one));
    }

    [Fact]
    public async Task The_files_of_days_that_are_over_are_read_once_and_listed_all_at_once()
    {
        var statistics = _folder.Start();
        for (var day = 0; day < 5; day++)
        {
            Count(statistics, "foo-1.0.tar.gz");
            await statistics.WriteAsync(default);
            _folder.Clock.Advance(TimeSpan.FromDays(1));
        }
        _folder.Clock.Advance(TimeSpan.FromDays(2));
        var store = new ObservedReads(_folder.Store);
        var reader = _folder.Start("1", store);
        Assert.Equal(5, (await RowsAsync(reader)).Length);
        Assert.Equal(5, (await RowsAsync(reader)).Length);
        Assert.Equal((5, 2), (store.Opened, store.Listed));
    }

    [Fact]
    public void Too_many_rows_become_one_for_each_project_and_too_many_projects_become_one()
    {
        var counts = new DayCounts(Day(1));
        for (var i = 0; i < ServerLimits.MaxDownloadRows; i++)
            counts.Add(new DownloadKey("many", i.ToString(CultureInfo.InvariantCulture), "pip", "3.11"));
        Assert.Equal(ServerLimits.MaxDownloadRows, counts.All().Count);
        counts.Add(new DownloadKey("many", "1", "pip", "3.11"));
        counts.Add(new DownloadKey("many", "new", "pip", "3.11"));
        counts.Add(new DownloadKey("many", "newer", "uv", "3.12"));
        Assert.Equal(ServerLimits.MaxDownloadRows + 1, counts.All().Count);
        Assert.Contains(KeyValuePair.Create(new DownloadKey("many", "1", "pip", "3.11"), 2L), counts.All());
        Assert.Contains(KeyValuePair.Create(new DownloadKey("many", null, "other", null), 2L), counts.All());
        for (var i = 0; i < ServerLimits.MaxDownloadRows + 10; i++)
            counts.Add(new DownloadKey(string.Create(CultureInfo.InvariantCulture, $"p{i}"), "1", "pip", null));
        Assert.Equal((2 * ServerLimits.MaxDownloadRows) + 1, counts.All().Count);
        Assert.Contains(KeyValuePair.Create(DownloadKey.Rest, 11L), counts.All());
    }

    [Fact]
    public async Task Downloads_from_many_threads_are_all_counted()
    {
        var statistics = _folder.Start();
        var writing = new CancellationTokenSource();
        var writer = Task.Run(async () =>
        {
            while (!writing.IsCancellationRequested)
                await statistics.WriteAsync(default);
        });
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < 5000; i++)
                Count(statistics, $"foo-{i % 10}.0.tar.gz", thread % 2 == 0 ? Pip : Uv);
        })));
        await writing.CancelAsync();
        await writer;
        await statistics.FinishAsync();
        var rows = await RowsAsync(_folder.Start());
        Assert.Equal(20, rows.Length);
        Assert.All(rows, row => Assert.EndsWith(" 1000", row, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_last_download_of_each_release_is_known_for_all_projects_at_once()
    {
        var statistics = _folder.Start();
        Count(statistics, "foo-1.0.tar.gz");
        _folder.Clock.Advance(TimeSpan.FromDays(10));
        Count(statistics, "foo-2.0.tar.gz");
        Count(statistics, "bar-1.0.tar.gz");
        _folder.Clock.Advance(TimeSpan.FromDays(10));
        Count(statistics, "foo-2.0.0-py3-none-any.whl");
        await statistics.WriteAsync(default);
        Count(statistics, "bar-1.1.tar.gz");

        var last = await statistics.ReadLastDownloadsAsync(15, default);
        Assert.Equal(Day(1), last.CountedSince);
        Assert.Null(last.Find(Parse("foo-1.0.tar.gz")));
        Assert.Equal(Day(21), last.Find(Parse("foo-2.0.tar.gz")));
        Assert.Equal(Day(11), last.Find(Parse("bar-1.0.tar.gz")));
        Assert.Equal(Day(21), last.Find(Parse("bar-1.1.tar.gz")));
        Assert.Null(last.Find(Parse("baz-1.0.tar.gz")));
        Assert.Equal(Day(1), (await statistics.ReadLastDownloadsAsync(20, default)).Find(Parse("foo-1.0.tar.gz")));
        Assert.Null((await new StatisticsFolder().Start().ReadLastDownloadsAsync(90, default)).CountedSince);
    }

    [Fact]
    public void A_release_may_have_been_downloaded_on_a_day_with_too_many_rows_to_tell()
    {
        var last = new LastDownloads(Day(1));
        last.Add(new DownloadKey("foo", "1.0", "pip", null), Day(1));
        last.Add(new DownloadKey("foo", null, "other", null), Day(2));
        Assert.Equal(Day(2), last.Find(Parse("foo-1.0.tar.gz")));
        Assert.Null(last.Find(Parse("bar-1.0.tar.gz")));
        last.Add(DownloadKey.Rest, Day(3));
        Assert.Equal(Day(3), last.Find(Parse("bar-1.0.tar.gz")));
    }

    static DistributionFileName Parse(string file) =>
        DistributionFileName.TryParse(file, ProjectName.Parse(file.Split('-')[0]), out var name)
            ? name
            : throw new ArgumentException(file);

    /// <summary>A store that counts how often it is read.</summary>
    sealed class ObservedReads(IStore inner) : DelegatingStore(inner)
    {
        public int Opened { get; private set; }

        public int Listed { get; private set; }

        public override ValueTask<StoredContent?> OpenAsync(string key, CancellationToken cancellationToken)
        {
            Opened++;
            return base.OpenAsync(key, cancellationToken);
        }

        public override IAsyncEnumerable<StoredObject> ListAsync(
            string prefix, Predicate<ReadOnlySpan<char>>? skip, Action<SkippedEntry>? skipped,
            CancellationToken cancellationToken)
        {
            Listed++;
            return base.ListAsync(prefix, skip, skipped, cancellationToken);
        }
    }

    /// <summary>A store whose answer to a write gets lost, before or after the write.</summary>
    sealed class FailingStore(IStore inner, bool isStored) : DelegatingStore(inner)
    {
        public int Failures { get; set; }

        public override async ValueTask<StoredObject> CommitAsync(
            StagedObject staged, string key, WriteCondition condition, CancellationToken cancellationToken)
        {
            if (Failures-- <= 0)
                return await base.CommitAsync(staged, key, condition, cancellationToken);
            if (isStored)
                await base.CommitAsync(staged, key, condition, cancellationToken);
            throw new IOException("The answer got lost.");
        }
    }
}
