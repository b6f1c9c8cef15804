using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using PyRepo.Advisories;
using PyRepo.Server.Platform.Limits;
using static PyRepo.Server.Tests.Advisories.Osv;

namespace PyRepo.Server.Tests.Advisories;

public sealed class HostileAdvisoriesTests
{
    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{ "id": 1 }""")]
    [InlineData("""{ "id": "" }""")]
    [InlineData("""{ "id": "X", "affected": 1 }""")]
    [InlineData("""{ "id": "X", "affected": [{ "package": [] }] }""")]
    [InlineData("""{ "id": "X", "modified": "yesterday" }""")]
    [InlineData("""{ "id": "X", "affected": [{ "versions": [1] }] }""")]
    [InlineData("""{ "id": "X" """)]
    [InlineData("\"\\ud800\"")]
    [InlineData("""{ "id": "\ud800" }""")]
    public void A_document_that_is_no_advisory_is_counted_and_the_others_are_read(string document)
    {
        var database = Read(document, Json());
        Assert.Equal((1, 1), (database.Count, database.Skipped));
    }

    [Theory]
    [InlineData("""{ "id": "X", "affected": [null, {}, { "package": {} }] }""")]
    [InlineData(
        """{ "id": "X", "affected": [{ "package": { "ecosystem": "PyPI", "name": "../x" }, "versions": ["1"] }] }""")]
    [InlineData(
        """{ "id": "X", "affected": null, "aliases": [null, ""], "severity": [null], "database_specific": null }""")]
    public void Unexpected_values_are_ignored(string document)
    {
        var database = Read(document, Json());
        Assert.Equal((1, 0), (database.Count, database.Skipped));
    }

    [Fact]
    public void A_source_of_which_too_much_cannot_be_read_is_refused()
    {
        var broken = string.Concat(Enumerable.Repeat("1,", ServerLimits.MaxUnreadableAdvisories));
        Assert.Equal(1, ReadText($"[{broken}{Json()}]").Count);
        Assert.Throws<InvalidDataException>(() => ReadText($"[{broken}1,{Json()}]"));
    }

    [Fact]
    public void Deep_JSON_is_skipped()
    {
        var deep = Json("DEEP", more: $", \"x\": {new string('[', 500)}{new string(']', 500)}");
        Assert.Equal((1, 1), (Read(deep, Json()).Count, Read(deep, Json()).Skipped));
        Assert.Equal((1, 1), (ReadText($"[{deep},{Json()}]").Count, ReadText($"[{deep},{Json()}]").Skipped));
        Assert.Throws<InvalidDataException>(
            () => ReadText($"[{new string('[', 100_000)}{new string(']', 100_000)},{Json()}]"));
    }

    [Fact]
    public void A_range_with_too_many_events_is_skipped()
    {
        var events = string.Join(
            ',', Enumerable.Range(0, 2000).Select(number => $$"""{ "introduced": "{{number}}" }"""));
        var database = Read(Json("MANY", $"[{events}]"), Json());
        Assert.Equal((1, 1), (database.Count, database.Skipped));
    }

    [Fact]
    public void A_document_that_is_too_long_is_skipped()
    {
        var database = Read(
            Json("LONG", more: $$""", "details": "{{new string('x', ServerLimits.MaxAdvisoryLength)}}" """), Json());
        Assert.Equal((1, 1), (database.Count, database.Skipped));
    }

    [Fact]
    public void Huge_texts_are_cut_or_left_out()
    {
        var huge = new string('9', 1_000_000);
        var advisory = Read(Json(
            aliases: $"""["{huge}", "CVE-1"]""", affected: """[{ "introduced": "0" }, { "last_affected": "1" }]""",
            versions: $"""["{huge}.0"]""", more: $", \"summary\": \"{huge}\"")).Find(Project).Single();
        Assert.Equal("CVE-1", Assert.Single(advisory.Aliases));
        Assert.Equal(200, advisory.Summary.Length);
        Assert.Equal(0, advisory.Affected.ListedCount);
    }

    [Theory]
    [InlineData("")]
    [InlineData("P")]
    [InlineData("PK")]
    [InlineData("PK\u0003\u0004 and nothing more")]
    [InlineData("<html>")]
    [InlineData("\"text\"")]
    [InlineData("[")]
    public void A_file_that_is_neither_zip_nor_JSON_is_refused(string text) =>
        Assert.Throws<InvalidDataException>(() => ReadText(text));

    [Fact]
    public void Names_in_a_zip_file_are_no_paths()
    {
        var database = AdvisoryDatabase.Read(Zip(
            ("../../up.json", Json("A")), ("/etc/absolute.json", Json("B")), ("..\\up.json", Json("C")),
            ("same.json", Json("D")), ("same.json", Json("E")), ("README.md", "# No JSON"), ("folder/", "")), default);
        Assert.Equal(["A", "B", "C", "D", "E"], database.Find(Project).Select(advisory => advisory.Id));
        Assert.Equal(0, database.Skipped);
    }

    [Fact]
    public void A_zip_bomb_costs_no_more_than_the_limits()
    {
        // A megabyte that unpacks to a gigabyte, by many names for the same bytes.
        var zip = Overlapping(new string(' ', ServerLimits.MaxAdvisoryLength), 300);
        var refused = Assert.Throws<InvalidDataException>(() => AdvisoryDatabase.Read(zip, default));
        Assert.Contains("1024 MiB", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_with_too_many_entries_is_refused_before_it_is_read()
    {
        var directory = new byte[ServerLimits.MaxAdvisoryDirectoryLength * 2];
        for (var offset = 0; offset + 46 <= directory.Length; offset += 46)
            BinaryPrimitives.WriteUInt32LittleEndian(directory.AsSpan(offset), 0x02014b50);
        var end = new byte[22];
        BinaryPrimitives.WriteUInt32LittleEndian(end, 0x06054b50);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(8), 1); // A lie.
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(10), 1);
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(12), 46);
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(16), 4);
        var before = GC.GetAllocatedBytesForCurrentThread();
        using var zip = new MemoryStream([.. "PK\u0003\u0004"u8, .. directory, .. end]);
        Assert.Throws<InvalidDataException>(() => AdvisoryDatabase.Read(zip, default));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 400 << 20);
    }

    /// <summary>Any damage gives a database or an exception that the feed handles.</summary>
    [Fact]
    public void Damaged_files_are_read_or_refused()
    {
        var whole = Zip(
            Enumerable.Range(0, 20).Select(number => Json($"PYSEC-{number}", versions: """["3.0"]"""))).ToArray();
        var damages =
            from position in Gen.OneOf(
                Gen.Choose(0, whole.Length - 1), Gen.Choose(whole.Length - 1200, whole.Length - 1))
            from value in Gen.Choose(0, 255)
            from length in Gen.Choose(0, whole.Length)
            from cuts in Gen.Elements(true, false, false)
            select (position, (byte)value, cuts ? length : whole.Length);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(damages.ListOf().ToArbitrary(), list =>
        {
            var damaged = whole.ToArray();
            foreach (var (position, value, length) in list)
            {
                damaged[position] = value;
                damaged = length < damaged.Length && list.Count == 1 ? damaged[..length] : damaged;
                if (position >= damaged.Length)
                    break;
            }
            try
            {
                return AdvisoryDatabase.Read(new MemoryStream(damaged), default).Count <= 20;
            }
            catch (InvalidDataException)
            {
                return true;
            }
        }));
    }

    /// <summary>A zip file whose entries are all the same bytes.</summary>
    static MemoryStream Overlapping(string content, int count)
    {
        var one = new MemoryStream();
        using (var zip = new ZipArchive(one, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var writer = new StreamWriter(zip.CreateEntry("a.json").Open(), Encoding.ASCII);
            writer.Write(content);
        }
        var bytes = one.ToArray();
        var start = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(bytes.Length - 6));
        var entry = bytes[start..^22];
        var end = bytes[^22..];
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(8), (ushort)count);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(10), (ushort)count);
        BinaryPrimitives.WriteInt32LittleEndian(end.AsSpan(12), entry.Length * count);
        return new MemoryStream(
            [.. bytes[..start], .. Enumerable.Repeat(entry, count).SelectMany(same => same), .. end]);
    }
}
