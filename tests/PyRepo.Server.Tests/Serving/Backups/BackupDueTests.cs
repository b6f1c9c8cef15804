using PyRepo.Resources.Storage;
using PyRepo.Resources.Values;
using PyRepo.Server.Serving.Backups;

namespace PyRepo.Server.Tests.Serving.Backups;

public sealed class BackupDueTests
{
    static readonly DateTimeOffset _day = new(2026, 11, 29, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_first_backup_is_due_at_once() =>
        Assert.Equal(BackupWork.Backup, BackupDue.GetWork(Spec(), null, null, null, _day));

    [Theory]
    [InlineData("0 3 * * *", "2026-11-29T03:00:00Z")]
    [InlineData("*/20 * * * *", "2026-11-29T00:20:00Z")]
    [InlineData("30 22-23/1,4 * * 1-5", "2026-11-30T04:30:00Z")]
    [InlineData("0 0 31 12 *", "2026-12-31T00:00:00Z")]
    [InlineData("0 0 30 2 *", null)]
    public void The_next_one_is_due_by_the_schedule_in_UTC(string schedule, string? due) => Assert.Equal(
        due is null ? null : DateTimeOffset.Parse(due, System.Globalization.CultureInfo.InvariantCulture),
        BackupDue.GetNext(Spec(schedule), At(_day), _day));

    [Fact]
    public void One_that_was_missed_is_due_until_it_is_made()
    {
        var verified = new BackupVerification("x", _day, 0, 0, 0, []);
        Assert.Equal(BackupWork.None, BackupDue.GetWork(Spec(), null, At(_day), verified, _day.AddHours(2)));
        Assert.Equal(BackupWork.Backup, BackupDue.GetWork(Spec(), null, At(_day), verified, _day.AddDays(3)));
        Assert.Equal(
            BackupWork.None, BackupDue.GetWork(Spec(), null, At(_day.AddDays(3)), verified, _day.AddDays(3)));
    }

    [Fact]
    public void A_request_is_met_once()
    {
        var verified = new BackupVerification("x", _day, 0, 0, 0, []);
        Assert.Equal(BackupWork.Backup, BackupDue.GetWork(Spec(), "now", At(_day), verified, _day));
        Assert.Equal(
            BackupWork.None, BackupDue.GetWork(Spec(), "now", At(_day) with { Request = "now" }, verified, _day));
    }

    [Fact]
    public void A_backup_is_read_back_when_none_was_and_then_at_the_interval()
    {
        var last = At(_day);
        Assert.Equal(BackupWork.Verify, BackupDue.GetWork(Spec(), null, last, null, _day));
        var whole = new BackupVerification(last.Name, _day, 5, 9, 0, []);
        Assert.Equal(_day.AddDays(7), BackupDue.GetVerification(Spec(), last, whole));
        Assert.Null(BackupDue.GetVerification(Spec() with { Verify = Duration.FromDays(0) }, last, whole));
    }

    [Fact]
    public void After_damage_the_next_backup_is_read_back_at_once_and_the_same_one_not_again()
    {
        var last = At(_day);
        var damaged = new BackupVerification(last.Name, _day, 5, 9, 1, ["projects/a.jsonl"]);
        Assert.Equal(BackupWork.None, BackupDue.GetWork(Spec(), null, last, damaged, _day.AddHours(1)));
        Assert.Equal(
            BackupWork.Verify, BackupDue.GetWork(Spec(), null, At(_day.AddHours(1)), damaged, _day.AddHours(2)));
    }

    static BackupSpec Spec(string schedule = "0 3 * * *") => new()
    {
        Schedule = schedule,
        To = new() { Bucket = new() { Name = "backups" } },
    };

    static BackupSummary At(DateTimeOffset began) => new()
    {
        Version = 1,
        Name = BackupLayout.NameOf(began),
        Finished = began,
        Manifest = default,
        Lines = 0,
        Projects = 0,
        Files = 0,
        Size = 0,
        Added = 0,
    };
}
