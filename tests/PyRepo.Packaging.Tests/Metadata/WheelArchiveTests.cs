using System.Text;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Metadata;

namespace PyRepo.Packaging.Tests.Metadata;

public sealed class WheelArchiveTests
{
    static readonly WheelFileName _name = Parse("foo-1.0-py3-none-any.whl");

    [Fact]
    public void A_valid_wheel_yields_its_metadata()
    {
        foreach (var zip64 in (bool[])[false, true])
        {
            var wheel = Sound().Build(zip64);
            Assert.Equal("Metadata-Version: 2.1\nName: foo\nVersion: 1.0\n", Check(wheel));
            Assert.Equal("Metadata-Version: 2.1\nName: foo\nVersion: 1.0\n", ReadMetadata(wheel));
        }
    }

    [Fact]
    public void Stored_and_empty_members_are_accepted() => Check(
        new ZipBuilder().Add("foo.py", "x").AddDistInfo().Add("bar.py", "y", method: 0).Add("e").Build());

    [Theory]
    [InlineData("Foo-1.0.dist-info")]
    [InlineData("foo-1.dist-info")]
    [InlineData("foo-1.0.0.dist-info")]
    public void The_dist_info_directory_may_be_spelled_differently(string folder) =>
        Check(new ZipBuilder().AddDistInfo(folder).Build());

    [Fact]
    public void Only_the_tail_and_one_member_of_a_large_wheel_are_read()
    {
        var wheel = new ZipBuilder().Add("big.bin", new string('x', 5_000_000), method: 0).AddDistInfo().Build();
        var stream = new CountingStream(wheel);
        WheelArchive.ReadMetadata(stream, _name);
        Assert.InRange(stream.BytesRead, 1, 200_000);
    }

    [Fact]
    public void Other_files_are_not_wheels()
    {
        Rejected([], "not a ZIP");
        Rejected("<html>"u8.ToArray(), "not a ZIP");
        Rejected(new byte[100_000], "not a ZIP");
    }

    [Fact]
    public void Bytes_before_after_and_between_are_rejected()
    {
        var sound = Sound().Build();
        Rejected([.. "#!/bin/sh\n"u8, .. sound], "before");
        Rejected([.. sound, 0], "after");
        Rejected(new ZipBuilder().AddForeign("hidden").AddDistInfo().Build(), "before or between");
        Rejected(new ZipBuilder().AddDistInfo().AddForeign("hidden").Build(), "before or between");
        Rejected(new ZipBuilder().Add("a").AddForeign("hidden").AddDistInfo().Build(), "before or between");
    }

    [Fact]
    public void A_comment_longer_than_declared_counts_as_bytes_after_the_ZIP()
    {
        var wheel = Sound().Build();
        wheel[^2] = 200;
        Rejected(wheel, "cut off");
    }

    [Fact]
    public void Headers_that_disagree_are_rejected()
    {
        Rejected(new ZipBuilder().Add("a.py", "x", localName: "b.py").AddDistInfo().Build(), "disagree on its name");
        Rejected(new ZipBuilder().Add("a.py", "x", localSize: 7).AddDistInfo().Build(), "disagree on its size");
        Rejected(new ZipBuilder().Add("a.py", "x", localMethod: 0).AddDistInfo().Build(), "compression method");
    }

    [Fact]
    public void A_member_twice_is_rejected()
    {
        Rejected(new ZipBuilder().Add("a.py", "x").Add("a.py", "y").AddDistInfo().Build(), "twice");
        Rejected(new ZipBuilder().Add("a/", "").Add("a/", "").AddDistInfo().Build(), "twice");
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../a.py")]
    [InlineData("a/../../b.py")]
    [InlineData("a\\b.py")]
    [InlineData("C:/a.py")]
    [InlineData("a\0b.py")]
    [InlineData("..")]
    public void A_member_outside_is_rejected(string member) =>
        Rejected(new ZipBuilder().Add(member).AddDistInfo().Build(), "outside");

    [Fact]
    public void Other_compressions_and_encryption_are_rejected()
    {
        Rejected(new ZipBuilder().Add("a.py", "x", method: 12).AddDistInfo().Build(), "neither stored nor deflated");
        Rejected(new ZipBuilder().Add("a.py", "x", flags: 1).AddDistInfo().Build(), "neither stored nor deflated");
    }

    [Fact]
    public void A_decompression_bomb_is_rejected()
    {
        const uint size = 4_000_000_000;
        Rejected(new ZipBuilder().Add("a", "x", declaredSize: size, localSize: size).AddDistInfo().Build(), "inflate");
    }

    [Fact]
    public void Members_that_share_bytes_are_rejected()
    {
        // Two entries, and the second one's local header is the first one's.
        var wheel = new ZipBuilder().Add("a", "x", method: 0).Add("b", "x", method: 0, offset: 0).AddDistInfo().Build();
        Rejected(wheel, "disagree");
        // The stored bytes of one member are the header and the bytes of another.
        const uint lengthOfHeader = 31;
        var inner = new ZipBuilder().Add("b", "", method: 0).Build()[..(int)lengthOfHeader];
        var zip = new ZipBuilder()
            .Add("a", Encoding.ASCII.GetString(inner), method: 0)
            .AddEntry("b", 0, 0, crc: 0, compressedSize: 0, size: 0, offset: lengthOfHeader);
        Rejected(zip.AddDistInfo().Build(), "overlap");
    }

    [Fact]
    public void Metadata_that_inflates_to_more_than_it_declares_is_rejected()
    {
        var wheel = new ZipBuilder()
            .Add("foo-1.0.dist-info/METADATA", new string('x', 1000), declaredSize: 10, localSize: 10)
            .Add("foo-1.0.dist-info/WHEEL")
            .Add("foo-1.0.dist-info/RECORD", "foo-1.0.dist-info/METADATA,,\nfoo-1.0.dist-info/WHEEL,,\n").Build();
        Rejected(wheel, "broken");
    }

    [Fact]
    public void Metadata_of_more_than_2_MiB_or_20_000_headers_is_rejected()
    {
        Rejected(new ZipBuilder().AddDistInfo(metadata: new string('x', (2 << 20) + 1)).Build(), "at most 2097152");
        var headers = string.Concat(Enumerable.Repeat("a:\n", 20_001));
        Assert.Contains(
            "more than 20000 headers",
            Assert.Throws<ArchiveException>(() => CoreMetadata.Parse(Encoding.ASCII.GetBytes(headers))).Message,
            StringComparison.Ordinal);
        Assert.Equal(20_000, CoreMetadata.Parse(Encoding.ASCII.GetBytes(headers[3..])).OtherFields["a"].Count);
    }

    [Fact]
    public void A_missing_or_foreign_dist_info_directory_is_rejected()
    {
        Rejected(new ZipBuilder().Add("foo.py").Build(), "no directory foo-1.0.dist-info");
        Rejected(new ZipBuilder().AddDistInfo("bar-1.0.dist-info").Build(), "does not match");
        Rejected(new ZipBuilder().AddDistInfo("foo-1.1.dist-info").Build(), "does not match");
        Rejected(new ZipBuilder().AddDistInfo().AddDistInfo("bar-1.0.dist-info").Build(), "more than one");
        Rejected(new ZipBuilder().Add("foo-1.0.dist-info/METADATA").Add("foo-1.0.dist-info/WHEEL").Build(), "RECORD");
    }

    [Fact]
    public void A_wheel_is_rejected_at_the_second_directory_with_metadata_and_its_other_members_are_not_read()
    {
        var wheel = new ZipBuilder().AddDistInfo().Add("bar-1.0.dist-info/METADATA").Add("../outside").Build();
        Rejected(wheel, "more than one .dist-info directory: foo-1.0.dist-info and bar-1.0.dist-info.");
    }

    [Fact]
    public void An_empty_ZIP_and_a_false_directory_are_rejected()
    {
        Rejected(new ZipBuilder().Build(), "no directory");
        var wheel = Sound().Build();
        wheel[^12] = 99;
        Rejected(wheel, "");
        wheel = Sound().Build();
        wheel[^14]++;
        wheel[^12]++;
        Rejected(wheel, "");
    }

    [Fact]
    public void Whichever_byte_changes_the_result_is_the_metadata_or_an_error_message()
    {
        var sound = Sound().Build();
        for (var i = 0; i < sound.Length; i++)
        {
            foreach (var change in (byte[])[0x01, 0x80, 0xFF])
            {
                var wheel = sound.ToArray();
                wheel[i] ^= change;
                AnswersOrRefuses(wheel);
            }
        }
        for (var length = 0; length < sound.Length; length++)
            Rejected(sound[..length], "");
    }

    static void AnswersOrRefuses(byte[] wheel)
    {
        try
        {
            WheelArchive.Check(new MemoryStream(wheel), _name);
        }
        catch (ArchiveException problem)
        {
            Assert.EndsWith(".", problem.Message, StringComparison.Ordinal);
        }
    }

    static ZipBuilder Sound() => new ZipBuilder().Add("foo/").Add("foo/__init__.py", "x = 1\n").AddDistInfo();

    static string Check(byte[] wheel) => Encoding.UTF8.GetString(WheelArchive.Check(new MemoryStream(wheel), _name));

    static string ReadMetadata(byte[] wheel) =>
        Encoding.UTF8.GetString(WheelArchive.ReadMetadata(new MemoryStream(wheel), _name));

    static void Rejected(byte[] wheel, string because) => Assert.Contains(
        because,
        Assert.Throws<ArchiveException>(() => Read(wheel)).Message,
        StringComparison.Ordinal);

    static void Read(byte[] wheel)
    {
        DistributionFileName.TryParse(_name.FileName, _name.Project, out var name);
        DistributionArchive.Read(new MemoryStream(wheel), name!, strict: true);
    }

    static WheelFileName Parse(string fileName) =>
        WheelFileName.TryParse(fileName, out var name) ? name : throw new FormatException(fileName);

    sealed class CountingStream(byte[] bytes) : MemoryStream(bytes)
    {
        public long BytesRead { get; private set; }

        /// <summary>Reads into spans come here too.</summary>
        public override int Read(byte[] buffer, int offset, int count)
        {
            var length = base.Read(buffer, offset, count);
            BytesRead += length;
            return length;
        }
    }
}
