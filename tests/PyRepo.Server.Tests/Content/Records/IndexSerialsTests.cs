using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Records;
using static PyRepo.Server.Tests.Content.Records.Events;

namespace PyRepo.Server.Tests.Content.Records;

/// <summary>A list never shows a serial above that of a change which becomes visible later.</summary>
public sealed class IndexSerialsTests
{
    static readonly ProjectName _bar = ProjectName.Parse("bar");
    static readonly long _now = IndexSerials.FromTime(Start);

    readonly IndexSerials _serials = new();

    [Fact]
    public void A_serial_is_the_time_in_microseconds_and_above_all_before_it()
    {
        Assert.Equal(1_767_225_600_000_000, _serials.Take(Foo, _now));
        Assert.Equal(_now + 1, _serials.Take(_bar, _now));
        Assert.Equal(_now + 2, _serials.Take(_bar, _now - 1000));
        Assert.Equal(_now + 9, _serials.Take(Foo, _now + 9));
    }

    [Fact]
    public void What_the_store_had_before_counts_as_soon_as_it_is_listed()
    {
        _serials.NoteWrite(Start);
        Assert.Equal(_now + 1_000_001, _serials.Take(Foo, _now));
    }

    [Fact]
    public void Nothing_is_shown_before_all_records_were_read()
    {
        _serials.Note(_now);
        Assert.Null(_serials.FindBound(0));
        _serials.NoteReading(Start, 0);
        Assert.Equal(_now, _serials.FindBound(0));
    }

    [Fact]
    public void A_change_that_is_being_written_holds_later_ones_back()
    {
        _serials.NoteReading(Start, 0);
        var (slow, fast) = (_serials.Take(Foo, _now), _serials.Take(_bar, _now));
        _serials.Close(_bar);
        Assert.Equal(slow - 1, _serials.FindBound(0));
        _serials.Close(Foo);
        Assert.Equal(fast, _serials.FindBound(0));
    }

    [Fact]
    public void A_change_whose_write_failed_does_so_until_its_record_is_read()
    {
        _serials.NoteReading(Start, 0);
        var failed = _serials.Take(Foo, _now);
        _serials.MarkUncertain(Foo, mayArrive: false);
        Assert.Equal([Foo], _serials.Uncertain);
        Assert.Equal(failed - 1, _serials.FindBound(0));
        _serials.Close(Foo);
        Assert.Empty(_serials.Uncertain);
        Assert.Equal(failed, _serials.FindBound(0));
    }

    [Fact]
    public void A_write_that_a_bucket_may_take_up_late_is_waited_for_as_those_of_others()
    {
        _serials.NoteReading(Start, 0);
        var late = _serials.Take(Foo, _now);
        _serials.MarkUncertain(Foo, mayArrive: true);
        _serials.Close(Foo);
        Assert.Equal(IndexSerials.FromTime(Start - IndexSerials.Margin), _serials.FindBound(0));
        _serials.NoteReading(Start.AddSeconds(1), 0);
        Assert.Equal(IndexSerials.FromTime(Start.AddSeconds(1) - IndexSerials.Margin), _serials.FindBound(0));
        _serials.NoteReading(Start + IndexSerials.Margin, 0);
        Assert.Equal(late, _serials.FindBound(0));
    }

    [Fact]
    public void Where_others_write_the_last_minute_before_the_reading_is_held_back()
    {
        _serials.Note(_now);
        _serials.NoteReading(Start, epoch: 7);
        Assert.Equal(_now, _serials.FindBound(7));
        var held = IndexSerials.FromTime(Start - IndexSerials.Margin);
        Assert.Equal(held, _serials.FindBound(8));
        Assert.Equal(held, _serials.FindBound(null));
        _serials.NoteReading(Start + IndexSerials.Margin, epoch: null);
        Assert.Equal(_now, _serials.FindBound(null));
    }
}
