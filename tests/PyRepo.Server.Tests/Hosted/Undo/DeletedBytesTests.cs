using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Packaging.Names;
using PyRepo.Resources.Hosted;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Hosted.Undo;
using PyRepo.Server.Tests.Content.Records;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Hosted.Undo;

public sealed class DeletedBytesTests : IDisposable
{
    static readonly ProjectName _acme = ProjectName.Parse("acme");
    static readonly string _wheel = WheelFile.GetName("acme", "1.0");
    static readonly TimeSpan _week = TimeSpan.FromDays(7);
    readonly HostedFolder _folder = new();

    static CancellationToken None => CancellationToken.None;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Deleted_bytes_stay_for_the_time_that_the_resource_says_and_go_then()
    {
        await OpenAsync(_week);
        await _folder.Repository.Releases.DeleteAsync(_acme, "1.0", "bob");
        _folder.Clock.Advance(_week - TimeSpan.FromSeconds(1));
        await CollectAsync();
        Assert.Equal(2, (await _folder.PackagesAsync()).Count);
        _folder.Clock.Advance(TimeSpan.FromSeconds(1));
        await CollectAsync();
        Assert.EndsWith(
            "acme-2.0-py3-none-any.whl", Assert.Single(await _folder.PackagesAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_kept_is_counted_apart_and_not_after_a_restart_either()
    {
        await OpenAsync(_week);
        var size = (await _folder.SnapshotAsync("acme")).Visible.First().Size!.Value;
        await _folder.Repository.Releases.DeleteAsync(_acme, "1.0", "bob");
        Assert.Equal((1L, size), _folder.Repository.Records.TotalKept());
        Assert.Equal(1, _folder.Repository.Records.Total().Files);
        await _folder.OpenAsync(keepDeletedFor: _week);
        await _folder.Repository.Records.ReadAllAsync((_, _) => { }, (_, error) => throw error, None);
        Assert.Equal((1L, size), _folder.Repository.Records.TotalKept());
        _folder.Clock.Advance(_week);
        await CollectAsync();
        Assert.Equal((0L, 0L), _folder.Repository.Records.TotalKept());
    }

    [Fact]
    public async Task Provenance_stays_and_goes_with_its_file()
    {
        await _folder.OpenAsync(keepDeletedFor: _week);
        await _folder.AddAsync(_wheel, WheelFile.Make("acme", "1.0"), provenance: [1, 2, 3]);
        await _folder.Repository.Files.DeleteAsync(_acme, _wheel, "bob");
        _folder.Clock.Advance(TimeSpan.FromDays(2));
        await CollectAsync();
        Assert.Equal(2, (await _folder.PackagesAsync()).Count);
        _folder.Clock.Advance(TimeSpan.FromDays(5));
        await CollectAsync();
        Assert.Empty(await _folder.PackagesAsync());
    }

    [Fact]
    public async Task A_shorter_time_counts_for_what_was_deleted_before_it()
    {
        await OpenAsync(_week);
        await _folder.Repository.Releases.DeleteAsync(_acme, null, "bob");
        await CollectAsync();
        Assert.Equal(2, (await _folder.PackagesAsync()).Count);
        _folder.Repository.Settings = _folder.Repository.Settings with { KeepDeletedFor = TimeSpan.Zero };
        await CollectAsync();
        Assert.Empty(await _folder.PackagesAsync());
    }

    [Fact]
    public async Task Without_such_a_time_bytes_go_with_the_deletion()
    {
        await OpenAsync(TimeSpan.Zero);
        await _folder.Repository.Releases.DeleteAsync(_acme, "1.0", "bob");
        Assert.Single(await _folder.PackagesAsync());
        Assert.Null(await new Restorer(_folder.Repository).RestoreAsync(_acme, "1.0", "bob", false, None));
    }

    [Fact]
    public async Task A_replaced_files_bytes_stay_as_long_as_a_deleted_ones()
    {
        await _folder.OpenAsync(Overwrite.Always, _week);
        await _folder.AddWheelAsync("acme", "1.0");
        await _folder.AddWheelAsync("acme", "1.0", "other content");
        _folder.Clock.Advance(TimeSpan.FromDays(6));
        await CollectAsync();
        Assert.Equal(2, (await _folder.PackagesAsync()).Count);
        _folder.Clock.Advance(TimeSpan.FromDays(1));
        await CollectAsync();
        Assert.Single(await _folder.PackagesAsync());
        Assert.NotNull(await _folder.ReadAsync("acme", _wheel));
    }

    [Fact]
    public async Task What_must_not_come_back_is_purged_at_once_also_when_it_is_deleted_already()
    {
        await OpenAsync(_week);
        await _folder.Repository.Releases.DeleteAsync(_acme, "1.0", "bob");
        var deleted = new DeletedBytes(_folder.Repository, NullLogger.Instance);
        Assert.Equal([_wheel], await deleted.PurgeAsync(_acme, "1.0", "bob", None));
        Assert.Single(await _folder.PackagesAsync());
        Assert.Empty(await deleted.PurgeAsync(_acme, "1.0", "bob", None));
        var restored = await new Restorer(_folder.Repository).RestoreAsync(_acme, "1.0", "bob", false, None);
        Assert.Contains(
            "removed on 2026-03-01T12:00:00Z", Assert.Single(restored!.Unavailable).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_purge_of_a_file_finds_it_in_every_spelling()
    {
        await _folder.OpenAsync(keepDeletedFor: _week);
        await _folder.AddAsync("ACME-1.0-py3-none-any.whl", WheelFile.Make("acme", "1.0"));
        await _folder.Repository.Files.DeleteAsync(_acme, "ACME-1.0-py3-none-any.whl", "bob");
        var deleted = new DeletedBytes(_folder.Repository, NullLogger.Instance);
        Assert.Single(await deleted.PurgeFileAsync(_acme, _wheel, "bob", None));
        Assert.Empty(await _folder.PackagesAsync());
    }

    /// <summary>Earlier servers know no other kind of event, and must not read a deletion of the visible file.</summary>
    [Fact]
    public async Task Purging_the_bytes_of_one_deletion_leaves_the_same_file_that_was_uploaded_since()
    {
        await OpenAsync(_week);
        await _folder.Repository.Releases.DeleteAsync(_acme, "1.0", "bob");
        await _folder.AddWheelAsync("acme", "1.0");
        _folder.Clock.Advance(_week);
        await CollectAsync();
        Assert.NotNull(await _folder.ReadAsync("acme", _wheel));
        Assert.Equal(2, (await _folder.PackagesAsync()).Count);
        Assert.Contains(
            "\"event\":\"status\"", (await _folder.RecordAsync("acme"))[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_adopted_file_is_removed_after_its_time_unless_somebody_has_changed_it()
    {
        await _folder.OpenAsync(keepDeletedFor: _week);
        var path = _folder.Put($"packages/{_wheel}", WheelFile.Make("acme", "1.0"));
        var adoption = new Server.Hosted.Adoption(_folder.Repository, _folder.Clock, NullLogger.Instance);
        await adoption.ScanAsync(None);
        await _folder.Repository.Files.DeleteAsync(_acme, _wheel, "bob");
        await adoption.ScanAsync(None);
        Assert.Empty(adoption.NotAdopted);
        Assert.True(File.Exists(path));
        _folder.Clock.Advance(_week);
        await CollectAsync();
        Assert.False(File.Exists(path));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_restoration_and_the_removal_of_bytes_never_both_succeed(bool isRestorationFirst)
    {
        await OpenAsync(_week);
        await _folder.Repository.Releases.DeleteAsync(_acme, "1.0", "bob");
        _folder.Clock.Advance(_week);
        var (restoring, restoringStore) = await _folder.OpenReplicaAsync();
        var (removing, removingStore) = await _folder.OpenReplicaAsync();
        await removing.Records.ReadAllAsync((_, _) => { }, (_, error) => throw error, None);
        var deleted = new DeletedBytes(removing, NullLogger.Instance);
        Restoration? restored = null;
        if (isRestorationFirst)
        {
            // The removal has decided, and is about to write that the bytes are gone.
            Once(removingStore, async () => restored = await RestoreAsync(restoring));
            await deleted.PurgeExpiredAsync(None);
            Assert.Equal([_wheel], restored!.Done.Select(step => step.Subject));
        }
        else
        {
            // The restoration has found the bytes, and is about to write that they are visible.
            Once(restoringStore, () => deleted.PurgeExpiredAsync(None));
            restored = await RestoreAsync(restoring);
            Assert.Empty(restored!.Done);
            Assert.Contains(
                "Its bytes were removed on", Assert.Single(restored.Unavailable).Reason, StringComparison.Ordinal);
        }
        await _folder.OpenAsync(keepDeletedFor: _week);
        Assert.Equal(isRestorationFirst ? 2 : 1, (await _folder.PackagesAsync()).Count);
        Assert.Equal(isRestorationFirst ? 2 : 1, (await _folder.FilesAsync("acme")).Count);
        Assert.Equal(isRestorationFirst, await _folder.ReadAsync("acme", _wheel) is not null);
    }

    [Fact]
    public void Only_what_has_been_kept_long_enough_goes_the_longest_first()
    {
        var history = Events.GetHistory();
        var now = _folder.Clock.GetUtcNow();
        Assert.Empty(DeletedBytes.FindExpired(history.Removed, TimeSpan.Zero, now));
        RemovedFile[] removed =
        [
            new(default, now - TimeSpan.FromDays(6), "a", false), new(default, now - _week, "b", false),
            new(default, now - TimeSpan.FromDays(8), "c", false, now - TimeSpan.FromHours(1)),
            new(default, now - TimeSpan.FromDays(9), "d", true), new(default, now + TimeSpan.FromDays(1), "e", false),
        ];
        Assert.Equal(["d", "b"], DeletedBytes.FindExpired(removed, _week, now).Select(file => file.By));
        Assert.Empty(DeletedBytes.FindExpired(removed, TimeSpan.MaxValue, now));
    }

    static Task<Restoration?> RestoreAsync(Server.Hosted.HostedRepository repository) =>
        new Restorer(repository).RestoreAsync(_acme, "1.0", "carol", false, None);

    /// <summary>Does something before the first append, and nothing before others.</summary>
    static void Once(ObservedStore store, Func<Task> meanwhile) => store.BeforeAppend = _ =>
    {
        store.BeforeAppend = static _ => { };
        meanwhile().GetAwaiter().GetResult();
    };

    async Task OpenAsync(TimeSpan keepDeletedFor)
    {
        await _folder.OpenAsync(keepDeletedFor: keepDeletedFor);
        await _folder.AddWheelAsync("acme", "1.0");
        await _folder.AddWheelAsync("acme", "2.0");
    }

    /// <summary>What the server does in the background, both for garbage and for deleted files.</summary>
    async Task CollectAsync()
    {
        var repository = _folder.Repository;
        await new DeletedBytes(repository, NullLogger.Instance).PurgeExpiredAsync(None);
        await new GarbageCollector(repository.Store, repository.Records, _folder.Clock, NullLogger.Instance)
            .CollectAsync(None);
    }
}
