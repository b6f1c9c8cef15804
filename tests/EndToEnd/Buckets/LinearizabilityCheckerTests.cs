using System.Collections.Frozen;

namespace EndToEnd.Buckets;

/// <summary>The checker finds what is wrong, and nothing else.</summary>
public sealed class LinearizabilityCheckerTests
{
    [Fact]
    public void Sequential_writes_and_reads_agree() => Assert.Null(LinearizabilityChecker.FindViolation(
        [Write(0, 1, "a", "1"), Read(2, 3, ("a", "1")), Write(4, 5, "a", "2"), Read(6, 7, ("a", "2"))]));

    [Fact]
    public void A_read_after_an_acknowledged_write_must_see_it() => Assert.NotNull(LinearizabilityChecker.FindViolation(
        [Write(0, 1, "a", "1"), Read(2, 3)]));

    [Fact]
    public void A_read_during_a_write_may_see_it_or_not_but_not_the_old_one_after_the_new_one()
    {
        var write = Write(0, 10, "a", "1");
        Assert.Null(LinearizabilityChecker.FindViolation([write, Read(1, 2), Read(3, 4, ("a", "1"))]));
        Assert.NotNull(LinearizabilityChecker.FindViolation([write, Read(1, 2, ("a", "1")), Read(3, 4)]));
    }

    [Fact]
    public void A_write_without_an_answer_may_happen_late_or_never_but_not_be_undone()
    {
        var lost = Write(0, HistoryOperation.Never, "a", "1");
        Assert.Null(LinearizabilityChecker.FindViolation([lost, Read(1, 2), Read(3, 4, ("a", "1"))]));
        Assert.Null(LinearizabilityChecker.FindViolation([lost, Read(1, 2)]));
        Assert.NotNull(LinearizabilityChecker.FindViolation([lost, Read(1, 2, ("a", "1")), Read(3, 4)]));
    }

    [Fact]
    public void A_deleted_file_is_not_seen_again() => Assert.NotNull(LinearizabilityChecker.FindViolation(
    [
        Write(0, 1, "a", "1"), new(HistoryOperationKind.Delete, 2, 3, "a"), Read(4, 5, ("a", "1")),
    ]));

    [Fact]
    public void A_deletion_without_an_answer_may_happen_late_or_never()
    {
        var lost = new HistoryOperation(HistoryOperationKind.Delete, 2, HistoryOperation.Never, "a");
        Assert.Null(LinearizabilityChecker.FindViolation(
            [Write(0, 1, "a", "1"), lost, Read(3, 4, ("a", "1")), Read(5, 6)]));
        Assert.Null(LinearizabilityChecker.FindViolation([Write(0, 1, "a", "1"), lost, Read(3, 4, ("a", "1"))]));
        Assert.NotNull(LinearizabilityChecker.FindViolation(
            [Write(0, 1, "a", "1"), lost, Read(3, 4), Read(5, 6, ("a", "1"))]));
    }

    [Fact]
    public void A_deletion_may_have_found_an_unanswered_write_that_no_read_saw()
    {
        var lost = Write(2, HistoryOperation.Never, "a", "1");
        var deletion = new HistoryOperation(HistoryOperationKind.Delete, 3, 4, "a");
        Assert.Null(LinearizabilityChecker.FindViolation([Read(0, 1), lost, deletion, Read(5, 6)]));
        Assert.NotNull(LinearizabilityChecker.FindViolation([Read(0, 1), deletion, Read(5, 6)]));
        Assert.NotNull(LinearizabilityChecker.FindViolation([lost, deletion, deletion with { Began = 5, Ended = 6 }]));
        Assert.NotNull(LinearizabilityChecker.FindViolation([deletion, lost with { Began = 5 }, Read(7, 8)]));
    }

    [Fact]
    public void All_files_of_a_page_are_from_one_moment() => Assert.NotNull(LinearizabilityChecker.FindViolation(
        [Write(0, 1, "a", "1"), Write(2, 3, "b", "2"), Read(4, 5, ("b", "2"))]));

    static HistoryOperation Write(long began, long ended, string file, string value) =>
        new(HistoryOperationKind.Write, began, ended, file, value);

    static HistoryOperation Read(long began, long ended, params (string File, string Value)[] seen) =>
        new(HistoryOperationKind.Read, began, ended,
            Seen: seen.ToFrozenDictionary(s => s.File, s => s.Value, StringComparer.Ordinal));
}
