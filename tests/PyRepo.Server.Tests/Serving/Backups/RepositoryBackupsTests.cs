using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Resources.Storage;
using PyRepo.Resources.Values;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Serving.Backups;

namespace PyRepo.Server.Tests.Serving.Backups;

public sealed class RepositoryBackupsTests : IAsyncDisposable
{
    readonly BackedUpFolder _folder = new();
    readonly RepositoryBackups _backups;

    public RepositoryBackupsTests() =>
        _backups = new(_folder.Source, "team", _folder.Repository.Clock, NullLogger.Instance);

    static CancellationToken None => CancellationToken.None;

    BackupState State => _backups.State!;

    public async ValueTask DisposeAsync()
    {
        await _backups.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Each_backup_is_made_once_when_it_is_due_or_was_asked_for()
    {
        await BeginAsync();
        await RunAfterAsync(TimeSpan.Zero);
        Assert.Equal((1, true), (State.Count, State.IsKnown));
        var next = State.Next!.Value;
        Assert.Equal((3, 0), (next.Hour, next.Minute));
        await RunAfterAsync(next - Now - TimeSpan.FromMinutes(1));
        Assert.Equal(1, State.Count);
        await RunAfterAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(2, State.Count);

        await BeginAsync(request: "now");
        Assert.Equal("now", _backups.Requested);
        foreach (var _ in (int[])[1, 2])
        {
            await RunAfterAsync(TimeSpan.FromMinutes(1));
            Assert.Equal((3, "now"), (State.Count, State.Last!.Request));
        }
    }

    [Fact]
    public async Task An_attempt_that_fails_is_repeated_after_growing_pauses_and_says_since_when()
    {
        await BeginAsync();
        var (began, attempts) = (Now, new List<TimeSpan>());
        _folder.Bucket.BeforeCommit = _ =>
        {
            attempts.Add(Now - began);
            throw new IOException("The keys are wrong.");
        };
        while (Now - began < TimeSpan.FromHours(2))
            await RunAfterAsync(TimeSpan.FromMinutes(1));
        Assert.Equal([1, 2, 4, 8, 16, 32, 62, 92], attempts.Select(at => at.TotalMinutes));
        Assert.Equal(
            new BackupFailure("The keys are wrong.", began + TimeSpan.FromMinutes(1)), State.Failure);
        Assert.Null(State.Last);

        _folder.Bucket.BeforeCommit = static _ => Task.CompletedTask;
        await RunAfterAsync(TimeSpan.FromMinutes(30));
        Assert.Equal((1, null), (State.Count, State.Failure));
    }

    [Fact]
    public async Task A_corrected_spec_is_tried_at_once_after_a_failure()
    {
        await BeginAsync();
        _folder.Bucket.BeforeCommit = static _ => throw new IOException("There is no room.");
        await RunAfterAsync(TimeSpan.FromMinutes(1));
        Assert.NotNull(State.Failure);
        _folder.Bucket.BeforeCommit = static _ => Task.CompletedTask;
        await BeginAsync(keep: 3);
        await RunAfterAsync(TimeSpan.Zero);
        Assert.Equal((1, null), (State.Count, State.Failure));
    }

    [Fact]
    public async Task The_backups_of_a_repository_that_was_lost_stay_when_an_empty_one_has_its_place()
    {
        await _folder.Repository.OpenAsync();
        await _folder.Repository.AddWheelAsync("foo", "1.0");
        await BeginAsync(keep: 1);
        await RunAfterAsync(TimeSpan.FromMinutes(1));
        Directory.Delete(_folder.Repository.GetPath(StorageLayout.Projects), recursive: true);
        for (var day = 0; day < 3; day++)
            await RunAfterAsync(TimeSpan.FromDays(1));
        Assert.Equal((4, 0), (State.Count, State.Last!.Projects));
        Assert.Contains("has more projects than", State.NotRemoved, StringComparison.Ordinal);
        Assert.Null(State.Failure);

        await _folder.Repository.OpenAsync();
        await _folder.Repository.AddWheelAsync("foo", "1.0");
        await RunAfterAsync(TimeSpan.FromDays(1));
        Assert.Equal((1, null), (State.Count, State.NotRemoved));
    }

    [Fact]
    public async Task What_cannot_be_read_back_is_tried_again_after_a_day_and_delays_no_backup()
    {
        await _folder.Repository.OpenAsync();
        await _folder.Repository.AddWheelAsync("foo", "1.0");
        var reads = 0;
        _folder.Bucket.BeforeOpen = key =>
        {
            if (!key.StartsWith(BackupLayout.Content, StringComparison.Ordinal))
                return;
            reads++;
            throw new IOException("It cannot be read.");
        };
        await BeginAsync(schedule: "0 * * * *");
        for (var hour = 0; hour < 23; hour++)
            await RunAfterAsync(TimeSpan.FromHours(1));
        var first = reads;
        Assert.InRange(first, 1, 2);
        Assert.Equal((7, null), (State.Count, State.Verified));
        _folder.Bucket.BeforeOpen = static _ => { };
        for (var hour = 0; hour < 3; hour++)
            await RunAfterAsync(TimeSpan.FromHours(1));
        Assert.Equal(0, State.Verified!.DamagedCount);
    }

    DateTimeOffset Now => _folder.Repository.Clock.GetUtcNow();

    Task BeginAsync(int keep = 7, string schedule = "0 3 * * *", string? request = null) => _backups.UseAsync(
        new BackupSpec
        {
            Schedule = schedule,
            Keep = keep,
            Verify = Duration.FromDays(7),
            To = new() { Bucket = new() { Name = "backups" } },
        },
        () => _folder.Target, "bucket", request);

    async Task RunAfterAsync(TimeSpan time)
    {
        _folder.Repository.Clock.Advance(time);
        await _backups.RunIfDueAsync(None);
    }
}
