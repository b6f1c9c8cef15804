using System.Text;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Records;
using static PyRepo.Server.Tests.Content.Records.Events;

namespace PyRepo.Server.Tests.Content.Records;

public sealed class RecordLinesTests
{
    static readonly ProjectEvent[] _events =
    [
        Added("foo-1.0.tar.gz") with { Serial = 1, RequiresPython = ">=3.8", FileTime = Start.AddTicks(1234567) },
        From(ProjectEventKind.Yanked, "foo-1.0.tar.gz", "a \"reason\"\nof two lines — ünï") with { Serial = 2 },
        StatusIs("archived") with { Serial = 3 },
    ];

    [Fact]
    public void Events_are_read_as_they_were_written()
    {
        var bytes = RecordLines.Write(_events);
        Assert.Equal(_events, RecordLines.Read(bytes, out var whole));
        Assert.Equal(bytes.Length, whole);
    }

    [Fact]
    public void Each_property_of_an_event_is_read_as_it_was_written()
    {
        var time = Start.AddTicks(1234567);
        foreach (var kind in Enum.GetValues<ProjectEventKind>())
        {
            var whole = new ProjectEvent
            {
                Event = kind,
                Serial = 1,
                First = 1,
                WriteId = "write-id",
                At = time,
                IndexSerial = 2,
                By = "by",
                File = "file",
                Key = "key",
                KeepsBytes = true,
                FileTime = time.AddDays(1),
                Size = long.MaxValue,
                Sha256 = "sha256",
                CoreMetadata = "core-metadata",
                Provenance = "provenance",
                Md5 = "md5",
                Blake2b256 = "blake2b256",
                RequiresPython = ">=3",
                Name = "name",
                Summary = "summary",
                Uploaded = time.AddDays(2),
                Reason = "reason",
                Status = "status",
            };
            Assert.DoesNotContain(
                typeof(ProjectEvent).GetProperties(), p => p.GetValue(whole) is null or 0L);
            Assert.Equal([whole], RecordLines.Read(RecordLines.Write([whole]), out _));
        }
    }

    [Theory]
    [InlineData("{}", "It has no 'event'.")]
    [InlineData("""{"event":"renamed","at":"2026-01-01T00:00:00Z","by":"x"}""", "'renamed' is not a kind of event.")]
    [InlineData("""{"event":"gone","at":"yesterday","by":"x"}""", "Byte 21 starts a value of another type.")]
    [InlineData("""{"event":"gone","at":"2026-01-01T00:00:00Z","by":7}""", "Byte 49 starts a value of another type.")]
    [InlineData("[]", "It is not an object.")]
    [InlineData("null", "It is not an object.")]
    public void An_invalid_line_is_reported_with_its_problem(string line, string reason)
    {
        var bytes = Encoding.UTF8.GetBytes(line + "\n");
        var error = Assert.Throws<InvalidDataException>(() => RecordLines.Read(bytes, out _));
        Assert.Equal($"Line 1 is not an event: {reason}", error.Message);
    }

    [Fact]
    public void Each_event_is_one_line_that_a_person_can_read()
    {
        var lines = Encoding.UTF8.GetString(RecordLines.Write(_events)).Split('\n');
        Assert.Equal(4, lines.Length);
        Assert.StartsWith("{\"event\":\"added\",\"serial\":1,", lines[0], StringComparison.Ordinal);
        Assert.Contains("\"requires-python\":\">=3.8\"", lines[0], StringComparison.Ordinal);
        Assert.DoesNotContain("null", lines[1], StringComparison.Ordinal);
        Assert.Empty(lines[3]);
    }

    [Fact]
    public void A_partially_written_line_is_ignored_wherever_it_was_cut()
    {
        var two = RecordLines.Write(_events.Take(2));
        var three = RecordLines.Write(_events);
        for (var length = two.Length; length < three.Length; length++)
        {
            Assert.Equal(_events.Take(2), RecordLines.Read(three.AsSpan(0, length), out var whole));
            Assert.Equal(two.Length, whole);
        }
    }

    [Fact]
    public void A_long_summary_is_cut_between_characters()
    {
        var cut = Added("foo-1.0.tar.gz") with { Summary = new string('x', 511) + "🐍" };
        Assert.Equal(new string('x', 511), cut.Summary);
        Assert.Equal("short", (cut with { Summary = "short" }).Summary);
    }

    [Fact]
    public void Only_a_short_spelling_of_the_project_is_its_name_in_lists()
    {
        var project = ProjectName.Parse("acme-lib");
        Assert.Equal("Acme.Lib", ProjectEvent.GetSpelling(project, "Acme.Lib"));
        foreach (var stated in (string?[])[null, "", "requests", "acme lib", $"acme{new string('-', 600)}lib"])
            Assert.Null(ProjectEvent.GetSpelling(project, stated));
    }

    [Fact]
    public void An_empty_record_has_no_events()
    {
        Assert.Empty(RecordLines.Read([], out var whole));
        Assert.Equal(0, whole);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"event":"exploded","at":"2026-01-01T00:00:00+00:00","by":"x"}""")]
    public void A_complete_line_that_is_not_an_event_is_reported_by_its_number(string line)
    {
        var bytes = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(RecordLines.Write(_events.Take(2))) + line + "\n");
        var error = Assert.Throws<InvalidDataException>(() => RecordLines.Read(bytes, out _));
        Assert.StartsWith("Line 3 is not an event", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_field_that_a_later_version_writes_is_ignored() => Assert.Single(RecordLines.Read(
        """{"event":"status","at":"2026-01-01T00:00:00+00:00","by":"x","status":"active","color":"red"}"""u8.ToArray()
            .Append((byte)'\n').ToArray(), out _));
}
