using PyRepo.Server.Content.Records;
using static PyRepo.Server.Tests.Content.Records.Events;

namespace PyRepo.Server.Tests.Content.Records;

public sealed class RecentFilesTests
{
    readonly RecentFiles _recent = new(Start.AddHours(1));

    [Fact]
    public void The_files_of_the_last_ten_minutes_before_the_newest_one_are_recent()
    {
        _recent.Add(GetHistory(Written("foo-1.0.tar.gz", 0), Written("foo-2.0.tar.gz", 25)));
        _recent.Add(GetHistory(Written("foo-3.0.tar.gz", 30), Written("foo-4.0.tar.gz", 19)));
        Assert.Equal(["foo-2.0.tar.gz", "foo-3.0.tar.gz"], Names());
    }

    [Fact]
    public void A_file_from_the_future_is_recent_and_does_not_hide_others()
    {
        _recent.Add(GetHistory(Written("foo-1.0.tar.gz", 30), Written("foo-2.0.tar.gz", 6_000_000)));
        Assert.Equal(["foo-1.0.tar.gz", "foo-2.0.tar.gz"], Names());
    }

    [Fact]
    public void Many_files_in_ascending_order_are_not_all_kept_in_memory()
    {
        for (var i = 0; i < 50; i++)
            _recent.Add(GetHistory([.. Enumerable.Range(0, 100).Select(j => Written($"foo-{i}.{j}.tar.gz", i))]));
        Assert.Equal(11 * 100, Names().Count);
    }

    [Fact]
    public void The_newest_of_very_many_files_from_the_same_minutes_are_kept()
    {
        for (var i = 0; i < 150; i++)
            _recent.Add(GetHistory([.. Enumerable.Range(0, 100).Select(j => Written($"foo-{i}.{j}.tar.gz", i / 20))]));
        Assert.Equal(RecentFiles.MaxFiles, Names().Count);
        Assert.Contains("foo-149.99.tar.gz", Names());
        Assert.DoesNotContain("foo-0.0.tar.gz", Names());
    }

    [Fact]
    public void A_file_that_was_put_into_the_folder_counts_from_its_adoption()
    {
        _recent.Add(GetHistory(Written("foo-1.0.tar.gz", 30), Written("foo-2.0.tar.gz", 30) with
        {
            Key = "packages/foo-2.0.tar.gz",
            FileTime = Start.AddYears(-3),
            Uploaded = Start.AddYears(-3),
        }));
        Assert.Equal(["foo-1.0.tar.gz", "foo-2.0.tar.gz"], Names());
    }

    List<string> Names() => [.. _recent.Files.Select(f => f.Name.FileName).Order(StringComparer.Ordinal)];

    static ProjectEvent Written(string file, int minutes) =>
        Added(file) with { At = Start.AddMinutes(minutes) };
}
