using FsCheck;
using FsCheck.Fluent;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Content.Repositories;
using static PyRepo.Server.Tests.Content.Records.Events;

namespace PyRepo.Server.Tests.Content.Records;

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
                _ => From(kind, file, "reason"),
            }).ListOf()
        select _files.Select(file => Added(file)).Concat(events).ToList()).ToArbitrary();

    [Fact]
    public void Reading_a_record_gives_what_its_events_gave_one_by_one() => Prop.ForAll(_sequences, events =>
    {
        var oneByOne = GetHistory([.. events]);
        var read = GetHistory([.. RecordLines.Read(RecordLines.Write(events), out _)]);
        return Describe(read) == Describe(oneByOne) && read.Serial == events.Count;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Reading_a_record_midway_does_not_change_the_result() => Prop.ForAll(_sequences, events =>
    {
        var half = events.Count / 2;
        var went = GetHistory([.. RecordLines.Read(RecordLines.Write(events.Take(half)), out _)]);
        foreach (var change in events.Skip(half))
            went.Apply(change);
        return Describe(went) == Describe(GetHistory([.. events]));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_counts_are_those_of_the_files_that_are_shown() => Prop.ForAll(_sequences, events =>
    {
        var history = GetHistory([.. events]);
        var files = history.Visible.ToList();
        return history.FileCount == files.Count
            && history.TotalSize == files.Sum(file => file.Size)
            && files.Select(file => file.Name.Identity).Distinct().Count() == files.Count
            && files.TrueForAll(file => history.FindVisible(file.Name.FileName) == file);
    }).QuickCheckThrowOnFailure();

    /// <summary>Some hundred releases are several blocks, which changes split and join.</summary>
    [Fact]
    public void Incrementally_sorted_files_equal_freshly_sorted_ones() => Prop.ForAll(
        (from number in Gen.Choose(0, 400)
         from kind in Gen.Elements(
             ProjectEventKind.Added, ProjectEventKind.Added, ProjectEventKind.Deleted, ProjectEventKind.Yanked)
         from post in Gen.Elements("", ".post1", "rc1", "_odd")
         from name in Gen.Elements("foo-{0}-py3-none-any.whl", "foo-{0}.tar.gz", "foo-{0}-1-py3-none-any.whl")
         select (Kind: kind, File: string.Format(null, name, $"{number}{post}"))).ListOf(1500).ToArbitrary(),
        changes =>
        {
            var (kept, anew) = (new ProjectHistory(Foo), new ProjectHistory(Foo));
            foreach (var (kind, file) in changes)
            {
                if (kind is not ProjectEventKind.Added && kept.FindVisible(file) is null)
                    continue;
                var change = kind is ProjectEventKind.Added ? Added(file) : From(kind, file, "reason");
                kept.Apply(change);
                anew.Apply(change);
                // Nobody looks for a while, as when many change at once.
                if (kept.Serial % 300 < 200)
                    _ = kept.ToSnapshot();
            }
            var (left, right) = (kept.ToSnapshot(), anew.ToSnapshot());
            return Describe(kept) == Describe(anew)
                && left.Files.Blocks!.Value.Select(Names).SequenceEqual(right.Files.Blocks!.Value.Select(Names))
                && kept.Visible.SequenceEqual(kept.Visible.Order(Distribution.PageOrder))
                && kept.ToCatalogEntry() == anew.ToCatalogEntry()
                && kept.Visible.GroupBy(file => file.Name.CanonicalVersion).All(
                    release => kept.GetFiles(release.Key).SequenceEqual(release))
                && kept.Visible.All(file => left.FindVisible(file.Name.FileName) == file)
                && left.Files.Blocks!.Value.SelectMany(Releases).CountBy(key => key).All(key => key.Value == 1);
        }).QuickCheckThrowOnFailure();

    static IEnumerable<string> Releases(DistributionBlock block) =>
        block.Files.Select(file => Convert.ToHexString(file.OrderKey)).Distinct();

    static string Names(DistributionBlock block) =>
        string.Join(' ', block.Files.Select(file => System.Text.Encoding.UTF8.GetString(file.Name)));

    static string Describe(ProjectHistory history)
    {
        var snapshot = history.ToSnapshot();
        return $"{snapshot.Version} {snapshot.Status} {snapshot.StatusReason} {history.FileCount} {history.TotalSize}\n"
            + string.Join('\n', snapshot.Files.Select(file => $"{file.IsVisible} {file.Distribution}"));
    }
}
