using System.Text;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Simple;
using PyRepo.Server.Content.Records;
using static PyRepo.Server.Tests.Content.Records.Events;

namespace PyRepo.Server.Tests.Content.Records;

public sealed class ProjectHistoryTests
{
    const string Sdist = "foo-1.0.tar.gz";

    [Fact]
    public void A_file_that_was_added_is_shown_with_all_the_properties_of_its_event()
    {
        var added = Added(Sdist, "bytes", "some/key") with
        {
            CoreMetadata = GetHash("metadata").ToString(),
            Md5 = "md5",
            Blake2b256 = "blake2",
            RequiresPython = ">=3.8",
            Uploaded = Start.AddDays(-7),
            FileTime = Start.AddDays(-8),
        };
        var history = GetHistory(added);
        var file = Assert.Single(history.Visible);
        Assert.Equal(Sdist, file.Name.FileName);
        Assert.Equal(5, file.Size);
        Assert.Equal(GetHash("bytes"), file.Sha256);
        Assert.Equal(GetHash("metadata"), file.CoreMetadata);
        Assert.Equal(("md5", "blake2", ">=3.8"), (file.Md5, file.Blake2b256, file.RequiresPython));
        Assert.Equal((Start.AddDays(-7), Start.AddDays(-8)), (file.UploadedAt, file.FileTime));
        Assert.Equal("some/key", file.Location);
        Assert.Null(file.Yanked);
        Assert.Equal((1, 1, 5), (history.Serial, history.FileCount, history.TotalSize));
    }

    [Fact]
    public void A_file_is_uploaded_when_its_event_happened_unless_the_event_says_otherwise() =>
        Assert.Equal(Start, Assert.Single(GetHistory(Added(Sdist)).Visible).UploadedAt);

    [Fact]
    public void A_replaced_file_is_shown_once_with_its_new_bytes_and_the_old_ones_are_remembered()
    {
        var history = GetHistory(Added(Sdist, "old"), Added(Sdist, "newer"));
        Assert.Equal(GetHash("newer"), Assert.Single(history.Visible).Sha256);
        Assert.Equal((1, 5), (history.FileCount, history.TotalSize));
        Assert.Equal(GetHash("old"), Assert.Single(history.Find(GetName(Sdist))!.Earlier));
    }

    [Fact]
    public void Another_spelling_of_a_distribution_replaces_it()
    {
        var history = GetHistory(Added("foo-1.0.tar.gz", "old"), Added("Foo-1.0.0.tar.gz", "new"));
        Assert.Equal("Foo-1.0.0.tar.gz", Assert.Single(history.Visible).Name.FileName);
        Assert.Null(history.FindVisible("foo-1.0.tar.gz"));
        Assert.NotNull(history.FindVisible("Foo-1.0.0.tar.gz"));
    }

    [Theory]
    [InlineData("Deleted")]
    [InlineData("Gone")]
    public void A_deleted_file_is_hidden_but_remembered(string kind)
    {
        var how = Enum.Parse<ProjectEventKind>(kind);
        var history = GetHistory(Added(Sdist, "bytes"), From(how, Sdist));
        Assert.Empty(history.Visible);
        Assert.Null(history.FindVisible(Sdist));
        Assert.Equal((0, 0), (history.FileCount, history.TotalSize));
        var past = history.Find(GetName(Sdist))!;
        Assert.Null(past.Visible);
        Assert.Equal(how, past.Ended?.Event);
        Assert.Equal(GetHash("bytes"), past.LastSha256);
    }

    [Fact]
    public void A_file_that_is_ended_twice_counts_once()
    {
        var history = GetHistory(
            Added(Sdist), From(ProjectEventKind.Gone, Sdist), From(ProjectEventKind.Deleted, Sdist));
        Assert.Equal((0, 0), (history.FileCount, history.TotalSize));
        Assert.Equal(ProjectEventKind.Gone, history.Find(GetName(Sdist))!.Ended?.Event);
    }

    /// <summary>Each of the two versions ends a block of files.</summary>
    [Fact]
    public void A_release_stays_one_when_a_file_is_added_before_its_others()
    {
        var many = GetHistory([.. Enumerable.Range(0, 500).Select(number => Added($"foo-{number}.tar.gz"))]);
        var ends = many.ToSnapshot().Files.Blocks!.Value
            .Select(block => Encoding.UTF8.GetString(block.Files[^1].Name)).ToList();
        var history = GetHistory(Added(ends[0]), Added(ends[1]));
        Assert.Equal(2, history.ToSnapshot().Files.Blocks!.Value.Length);
        history.Apply(Added(ends[1].Replace(".tar.gz", "-py3-none-any.whl", StringComparison.Ordinal)));
        Assert.Equal(2, history.GetFiles(GetName(ends[1]).VersionText).Count());
        Assert.Equal(2, history.ToCatalogEntry().Versions);
    }

    [Fact]
    public void A_deleted_file_that_is_uploaded_again_is_shown_again()
    {
        var history = GetHistory(Added(Sdist), From(ProjectEventKind.Deleted, Sdist), Added(Sdist));
        Assert.Single(history.Visible);
        Assert.Null(history.Find(GetName(Sdist))!.Ended);
    }

    [Theory]
    [InlineData("broken", "broken")]
    [InlineData(null, "")]
    public void A_yanked_file_shows_its_reason_which_may_be_empty(string? reason, string shown) => Assert.Equal(
        shown, Assert.Single(GetHistory(Added(Sdist), From(ProjectEventKind.Yanked, Sdist, reason)).Visible).Yanked);

    [Fact]
    public void A_yank_can_be_undone()
    {
        var history = GetHistory(
            Added(Sdist), From(ProjectEventKind.Yanked, Sdist, "oops"), From(ProjectEventKind.Unyanked, Sdist));
        Assert.Null(Assert.Single(history.Visible).Yanked);
    }

    [Fact]
    public void A_file_that_was_only_touched_stays_yanked_and_keeps_its_age()
    {
        var history = GetHistory(
            Added(Sdist), From(ProjectEventKind.Yanked, Sdist, "oops"),
            Added(Sdist) with { FileTime = Start.AddDays(5), Uploaded = Start.AddDays(5) });
        var file = Assert.Single(history.Visible);
        Assert.Equal("oops", file.Yanked);
        Assert.Equal(Start, file.UploadedAt);
        Assert.Equal(Start.AddDays(5), file.FileTime);
        Assert.Empty(history.Find(GetName(Sdist))!.Earlier);
    }

    [Fact]
    public void Other_bytes_in_place_of_a_yanked_file_are_not_yanked() => Assert.Null(Assert.Single(
        GetHistory(Added(Sdist, "old"), From(ProjectEventKind.Yanked, Sdist), Added(Sdist, "new")).Visible).Yanked);

    [Fact]
    public void A_quarantined_project_hides_its_files_but_keeps_them()
    {
        var history = GetHistory(Added(Sdist), StatusIs("quarantined", "malware"));
        var snapshot = history.ToSnapshot();
        Assert.Equal((ProjectStatus.Quarantined, "malware"), (snapshot.Status, snapshot.StatusReason));
        Assert.Empty(snapshot.Visible);
        Assert.Null(snapshot.FindVisible(Sdist));
        history.Apply(StatusIs("active"));
        Assert.NotNull(history.ToSnapshot().FindVisible(Sdist));
        Assert.Null(history.ToSnapshot().StatusReason);
    }

    [Fact]
    public void An_invalid_event_is_rejected_with_the_project_and_the_file()
    {
        Assert.Contains("'foo'", Refused(From(ProjectEventKind.Deleted, Sdist)));
        Assert.Contains("'foo'", Refused(Added(Sdist) with { Sha256 = "abc" }));
        Assert.Contains("Event 1", Refused(Added(Sdist) with { Key = null }));
        Assert.Contains("Event 1", Refused(Added("bar-1.0.tar.gz")));
        Assert.Contains("Event 1", Refused(StatusIs("asleep")));
        Assert.Contains("Event 1", Refused(StatusIs("2")));
    }

    [Fact]
    public void Files_come_by_version_then_by_name_and_those_without_a_version_first()
    {
        string[] sorted =
        [
            "foo-2004d.tar.gz", "foo-1.0.dev1.tar.gz", "foo-1.0a2.tar.gz", "foo-1.0-py3-none-any.whl", "foo-1.0.tar.gz",
            "foo-1.9.tar.gz", "foo-1.10.tar.gz",
        ];
        var history = GetHistory([.. sorted.Reverse().Select(file => Added(file))]);
        Assert.Equal(sorted, history.ToSnapshot().Visible.Select(file => file.Name.FileName));
    }

    static string Refused(ProjectEvent change) => Assert.Throws<InvalidDataException>(() => GetHistory(change)).Message;

    static DistributionFileName GetName(string file) =>
        DistributionFileName.TryParse(file, Foo, out var name) ? name : throw new FormatException(file);
}
