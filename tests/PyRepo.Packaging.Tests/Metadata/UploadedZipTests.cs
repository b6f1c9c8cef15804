using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Metadata;

namespace PyRepo.Packaging.Tests.Metadata;

/// <summary>What PyPI rejects in a ZIP, and what else installers would read differently.</summary>
public sealed class UploadedZipTests
{
    const string Metadata = "foo-1.0.dist-info/METADATA";

    static readonly byte[] _x = "x"u8.ToArray();

    [Fact]
    public void A_member_renamed_by_an_extra_field_is_rejected()
    {
        var renamed = UnicodePath("a.py", Metadata);
        Rejected(new ZipBuilder().Add("a.py", "x", extra: renamed).AddDistInfo(), "0x7075");
        Rejected(new ZipBuilder().Add("a.py", "x", localExtra: renamed).AddDistInfo(), "0x7075");
    }

    [Fact]
    public void A_member_that_an_extra_field_makes_the_metadata_has_none_in_an_existing_wheel()
    {
        var renamed = UnicodePath("a.py", Metadata);
        Rejected(new ZipBuilder().Add("a.py", "x", extra: renamed).AddDistInfo(), "0x7075", strict: false);
        var harmless = UnicodePath("a.py", "b.py");
        Accepted(new ZipBuilder().Add("a.py", "x", extra: harmless).AddDistInfo(), strict: false);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_name_impossible_on_any_file_system_is_rejected(bool strict)
    {
        Accepted(new ZipBuilder().Add(new string('a', ArchiveLimits.MaxPathLength)).AddDistInfo(), strict);
        Rejected(
            new ZipBuilder().Add(new string('a', ArchiveLimits.MaxPathLength + 1)).AddDistInfo(),
            "has a name of 1025 characters", strict);
    }

    [Fact]
    public void Members_that_would_take_more_than_the_file_are_rejected_before_all_of_them_are_read()
    {
        // Each header's extra field holds all the headers after it.
        var zip = new ZipBuilder();
        byte[] rest = [];
        for (var i = 2; i >= 0; i--)
            rest = [.. Header($"a{i}", rest)];
        zip.AddForeign(Encoding.Latin1.GetString(rest));
        for (var i = 0; i < 3; i++)
            zip.AddEntry($"a{i}", 0, 0, 0, 0, 0, (uint)(i * 36));
        // A broken entry would be found if it were read.
        zip.AddEntry("../b", 0, 0, 0, 0, 0, 0);
        Rejected(zip, "overlap");

        static byte[] Header(string name, byte[] inside)
        {
            byte[] extra = [0x11, 0x11, (byte)inside.Length, (byte)(inside.Length >> 8), .. inside];
            return
            [
                .. "PK\x03\x04\x14\0\0\0\0\0\0\0\0\0"u8, .. new byte[12], (byte)name.Length, 0,
                (byte)extra.Length, (byte)(extra.Length >> 8), .. Encoding.ASCII.GetBytes(name), .. extra,
            ];
        }
    }

    [Fact]
    public void Bytes_after_the_end_of_a_deflate_stream_are_rejected()
    {
        byte[] hidden = [.. ZipBuilder.Deflate(_x), .. new ZipBuilder().Add("hidden.py", "y").Build()];
        Rejected(new ZipBuilder().Add("a.py", "x", data: hidden).AddDistInfo(), "a.py is broken");
        Rejected(new ZipBuilder().Add("a.py", "x", data: [.. ZipBuilder.Deflate(_x), 0]).AddDistInfo(), "broken");
        Rejected(new ZipBuilder().Add("a.py", "", data: [.. ZipBuilder.Deflate([]), 0]).AddDistInfo(), "broken");
    }

    [Fact]
    public void A_deflate_stream_that_does_not_end_is_rejected()
    {
        byte[] unfinished = [0, 1, 0, 0xFE, 0xFF, (byte)'x'];
        Rejected(new ZipBuilder().Add("a.py", "x", data: unfinished).AddDistInfo(), "a.py is broken");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_size_mismatch_is_rejected(int size) => Rejected(
        new ZipBuilder().Add("a.py", "x", declaredSize: size, localSize: (uint)size).AddDistInfo(), "a.py is broken");

    [Fact]
    public void A_member_with_a_wrong_checksum_is_rejected()
    {
        var wheel = new ZipBuilder().Add("a.py", "xyz", method: 0).AddDistInfo().Build();
        wheel[wheel.AsSpan().IndexOf("xyz"u8)] = (byte)'w';
        Rejected(wheel, "a.py is broken", strict: true);
    }

    [Fact]
    public void A_ZIP_that_PyPI_rejects_is_rejected()
    {
        Rejected(new ZipBuilder().Add("a.py", "x", descriptor: true).AddDistInfo(), "data descriptor");
        Rejected(new ZipBuilder().Add("a.py", "x", localFlags: 8).AddDistInfo(), "disagree on its flags");
        Rejected(new ZipBuilder().Add("a.py", "x", comment: "y").AddDistInfo(), "has a comment");
        Rejected(new ZipBuilder().AddDistInfo().Build(zip64: true, extensible: 8), "ZIP64", strict: true);
        Rejected(new ZipBuilder().AddDistInfo().Build(comment: "y"), "comment", strict: true);
        Rejected(new ZipBuilder().AddDistInfo().Build(countOff: 1), "contradicts itself", strict: true);
        Rejected(new ZipBuilder().Add("a\u0001.py", "x").AddDistInfo(), "control character");
        Rejected(new ZipBuilder().Add("\u00e4.py", "x").AddDistInfo(), "not marked as UTF-8");
        Accepted(new ZipBuilder().Add("\u00e4.py", "x", flags: 0x800).AddDistInfo());
        Rejected(new ZipBuilder().Add("a.py", "x", extra: [1, 0, 9]).AddDistInfo(), "extra fields");
        byte[] zip64 = [1, 0, 0, 0];
        Rejected(new ZipBuilder().Add("a.py", "x", extra: [.. zip64, .. zip64]).AddDistInfo(), "ZIP64");
    }

    [Theory]
    [InlineData(0x20)]
    [InlineData(0x40)]
    [InlineData(0x2000)]
    public void A_member_that_is_patched_or_strongly_encrypted_is_rejected(int flag) => Rejected(
        new ZipBuilder().Add("a.py", "x", flags: (ushort)flag).AddDistInfo(), "features of ZIP");

    [Fact]
    public void A_ZIP_that_only_newer_programs_or_several_disks_could_hold_is_rejected()
    {
        Rejected(new ZipBuilder().Add("a.py", "x", version: 64).AddDistInfo(), "features of ZIP");
        Rejected(new ZipBuilder().Add("a.py", "x", disk: 1).AddDistInfo(), "another part");
    }

    [Fact]
    public void Sizes_in_a_ZIP64_field_must_be_those_of_the_directory()
    {
        byte[] Field(long size, long compressed)
        {
            var field = new byte[20];
            field[0] = 1;
            field[2] = 16;
            BinaryPrimitives.WriteInt64LittleEndian(field.AsSpan(4), size);
            BinaryPrimitives.WriteInt64LittleEndian(field.AsSpan(12), compressed);
            return field;
        }

        var deflated = ZipBuilder.Deflate(_x);
        Accepted(new ZipBuilder().Add("a.py", "x", localExtra: Field(1, deflated.Length)).AddDistInfo());
        Rejected(new ZipBuilder().Add("a.py", "x", localExtra: Field(1, 7)).AddDistInfo(), "disagree on its size");
    }

    [Fact]
    public void A_ZIP64_end_that_installers_prefer_is_not_ignored()
    {
        // The end record has room for all values, but the ZIP64 records before it give another directory.
        var wheel = new ZipBuilder().AddDistInfo().Build(zip64: true);
        var other = new ZipBuilder().AddDistInfo().Build();
        var record = other[^22..];
        wheel = [.. wheel[..^22], .. record];
        wheel[^6] ^= 1;
        Rejected(wheel, "contradicts the other", strict: true);
    }

    [Fact]
    public void A_dist_info_directory_in_other_letters_is_rejected()
    {
        Rejected(new ZipBuilder().AddDistInfo("foo-1.0.DIST-INFO"), "must end with .dist-info");
        Rejected(new ZipBuilder().AddDistInfo().Add("foo-1.0.DIST-INFO/METADATA", "x"), "lower and upper case");
        Rejected(new ZipBuilder().AddDistInfo().Add("foo-1.0.DIST-INFO/x", "x"), "more than one .dist-info");
        Rejected(new ZipBuilder().AddDistInfo().Add("bar-1.0.dist-info/METADATA", "x"), "more than one .dist-info");
        Rejected(new ZipBuilder().AddDistInfo().Add("foo-1.0.dist-info/metadata", "x"), "lower and upper case");
        Rejected(new ZipBuilder().AddDistInfo("foo-1.0.DIST-INFO"), "has no foo-1.0.dist-info", strict: false);
    }

    [Fact]
    public void An_existing_wheel_with_two_METADATA_gives_neither() => Rejected(
        new ZipBuilder().AddDistInfo().Add(Metadata, "x"), "twice", strict: false);

    [Fact]
    public void A_path_that_is_a_file_and_a_directory_is_rejected()
    {
        Rejected(new ZipBuilder().Add("a", "x").Add("a/b.py", "y").AddDistInfo(), "no directory");
        Rejected(new ZipBuilder().Add("a/b.py", "y").Add("a", "x").AddDistInfo(), "twice");
        Rejected(new ZipBuilder().Add("a/", "x").AddDistInfo(), "directory, but has data");
        Accepted(new ZipBuilder().Add("a/b.py", "y").Add("a/").AddDistInfo());
    }

    [Theory]
    [InlineData("./a.py")]
    [InlineData("a//b.py")]
    [InlineData("a/./b.py")]
    [InlineData("a/.")]
    [InlineData("a//")]
    [InlineData("./foo-1.0.dist-info/entry_points.txt")]
    public void A_path_that_pip_and_uv_write_differently_is_rejected(string path)
    {
        Rejected(new ZipBuilder().Add(path).AddDistInfo(), "\".\" or an empty part in its path");
        Accepted(new ZipBuilder().Add(path).AddDistInfo(), strict: false);
    }

    [Fact]
    public void An_empty_member_without_its_deflate_stream_is_rejected()
    {
        Rejected(new ZipBuilder().Add("a.py", "", data: []).AddDistInfo(), "no deflate stream");
        Accepted(new ZipBuilder().Add("a.py", "", data: []).AddDistInfo(), strict: false);
        Accepted(new ZipBuilder().Add("a.py", "", method: 0).Add("b.py", "").AddDistInfo());
    }

    [Theory]
    [InlineData("a", 0x1)]
    [InlineData("a", 0x2)]
    [InlineData("a", 0x6)]
    [InlineData("a", 0xA)]
    [InlineData("a", 0xC)]
    [InlineData("a", 0xF)]
    [InlineData("a", 0x4)]
    [InlineData("a/", 0x8)]
    [InlineData("a/", 0xA)]
    public void A_link_a_device_or_a_pipe_in_a_ZIP_is_rejected(string path, uint type)
    {
        foreach (var system in (byte[])[0, 3, 19])
        {
            var zip = new ZipBuilder().Add(path, attributes: type << 28, system: system).AddDistInfo();
            Rejected(zip, "by its mode");
            Accepted(zip, strict: false);
        }
    }

    [Theory]
    [InlineData("a", 0x81A40000)]
    [InlineData("a", 0x01A40000)]
    [InlineData("a", 0x20)]
    [InlineData("a/", 0x41ED0010)]
    [InlineData("a/", 0x10)]
    public void A_file_and_a_directory_with_their_modes_are_accepted(string path, uint attributes) =>
        Accepted(new ZipBuilder().Add(path, attributes: attributes, system: 3).AddDistInfo());

    [Fact]
    public void A_member_from_VMS_is_rejected() =>
        Rejected(new ZipBuilder().Add("a.py;1", "x", system: 2).AddDistInfo(), "VMS");

    static byte[] UnicodePath(string name, string other)
    {
        byte[] text = Encoding.UTF8.GetBytes(other);
        var field = new byte[9 + text.Length];
        BinaryPrimitives.WriteUInt16LittleEndian(field, 0x7075);
        BinaryPrimitives.WriteUInt16LittleEndian(field.AsSpan(2), (ushort)(5 + text.Length));
        field[4] = 1;
        BinaryPrimitives.WriteUInt32LittleEndian(field.AsSpan(5), Crc32.HashToUInt32(Encoding.UTF8.GetBytes(name)));
        text.CopyTo(field, 9);
        return field;
    }

    static void Accepted(ZipBuilder wheel, bool strict = true) =>
        Assert.Equal(ZipBuilder.SoundMetadata, Encoding.UTF8.GetString(Read(wheel.Build(), strict)!));

    static void Rejected(ZipBuilder wheel, string because, bool strict = true) =>
        Rejected(wheel.Build(), because, strict);

    static void Rejected(byte[] wheel, string because, bool strict) => Assert.Contains(
        because, Assert.Throws<ArchiveException>(() => Read(wheel, strict)).Message, StringComparison.Ordinal);

    static byte[]? Read(byte[] wheel, bool strict)
    {
        Assert.True(DistributionFileName.TryParse("foo-1.0-py3-none-any.whl", out var name));
        return DistributionArchive.Read(new MemoryStream(wheel), name, strict).Metadata;
    }
}
