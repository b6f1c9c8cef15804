using FsCheck;
using FsCheck.Fluent;
using PyRepo.Server.Records;
using static PyRepo.Server.Tests.Records.Events;

namespace PyRepo.Server.Tests.Records;

public sealed class HistoryPropertyTests
{
    static readonly string[] _files = ["foo-1.0.tar.gz", "Foo-1.0.0.tar.gz", "foo-1.0-py3-none-any.whl", "foo-2.0.zip"];

    /// <summary>Any valid sequence of events. All files are added once at the beginning.</summary>
    static readonly Arbitrary<List<ProjectEvent>> _sequences = (
        from events in (
            from kind in Gen.Elements(Enum.GetValues<ProjectEventKind>())
            from file in Gen.Elements(_files)
            from content in Gen.Elements("a", "bb", "ccc")
            from status in Gen.Elements("active", "archived", "quarantined", "deprecated")
            select kind switch
            {
                ProjectEventKind.Added => Added(file, content),
                ProjectEventKind.Cached => Added(file, content) with { Event = ProjectEventKind.Cached },
                ProjectEventKind.Status => StatusIs(status, "because"),
                _ => Of(kind, file, "reason"),
            }).ListOf()
        select _files.Select(file => Added(file)).Concat(events).ToList()).ToArbitrary();

    [Fact]
    public void Reading_a_record_gives_what_its_events_gave_one_by_one() => Prop.ForAll(_sequences, events =>
    {
        var oneByOne = HistoryOf([.. events]);
        var read = HistoryOf([.. RecordLines.Read(RecordLines.Write(events), out _)]);
        return Describe(read) == Describe(oneByOne) && read.Serial == events.Count;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_record_that_is_read_in_the_middle_goes_on_as_if_it_had_not_been() => Prop.ForAll(_sequences, events =>
    {
        var half = events.Count / 2;
        var went = HistoryOf([.. RecordLines.Read(RecordLines.Write(events.Take(half)), out _)]);
        foreach (var change in events.Skip(half))
            went.Apply(change);
        return Describe(went) == Describe(HistoryOf([.. events]));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_counts_are_those_of_the_files_that_are_shown() => Prop.ForAll(_sequences, events =>
    {
        var history = HistoryOf([.. events]);
        var files = history.Visible.ToList();
        return history.FileCount == files.Count
            && history.TotalSize == files.Sum(file => file.Size)
            && files.Select(file => file.Name.Identity).Distinct().Count() == files.Count
            && files.TrueForAll(file => history.FindVisible(file.Name.FileName) == file);
    }).QuickCheckThrowOnFailure();

    static string Describe(ProjectHistory history)
    {
        var snapshot = history.ToSnapshot();
        return $"{snapshot.Version} {snapshot.Status} {snapshot.StatusReason} {history.FileCount} {history.TotalSize}\n"
            + string.Join('\n', snapshot.Files.Select(file => $"{file.IsVisible} {file.Distribution}"));
    }
}
