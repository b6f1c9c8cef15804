using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Metadata;

namespace PyRepo.Packaging.Tests.Metadata;

[Trait("Cost", "high")]
public sealed class SdistArchiveTests
{
    [Theory]
    [InlineData(TarEntryFormat.V7)]
    [InlineData(TarEntryFormat.Ustar)]
    [InlineData(TarEntryFormat.Gnu)]
    [InlineData(TarEntryFormat.Pax)]
    public void PKG_INFO_is_found_in_every_kind_of_tar(TarEntryFormat format)
    {
        var bytes = TarGz(
            format, ("foo-1.0/setup.py", "x"), ("foo-1.0/PKG-INFO", "Name: foo"), ("foo-1.0/sub/PKG-INFO", "no"));
        Assert.Equal(("foo-1.0/PKG-INFO", "Name: foo"), Read(bytes));
    }

    [Theory]
    [InlineData(TarEntryFormat.Gnu)]
    [InlineData(TarEntryFormat.Pax)]
    public void Long_names_are_read(TarEntryFormat format)
    {
        var top = "foo-" + new string('1', 150);
        var bytes = TarGz(format, ($"{top}/{new string('\u00e9', 90)}", "y"), ($"{top}/PKG-INFO", "x"));
        Assert.Equal(($"{top}/PKG-INFO", "x"), Read(bytes));
    }

    [Fact]
    public void An_sdist_without_PKG_INFO_has_no_metadata() =>
        Assert.Equal((null, null), Read(TarGz(TarEntryFormat.Pax, ("foo-1.0/setup.py", "x"))));

    [Fact]
    public void A_leading_dot_does_not_matter() =>
        Assert.Equal(("foo-1.0/PKG-INFO", "x"), Read(TarGz(TarEntryFormat.Ustar, ("./foo-1.0/PKG-INFO", "x"))));

    [Theory]
    [InlineData("../PKG-INFO")]
    [InlineData("/foo-1.0/PKG-INFO")]
    [InlineData("foo-1.0/../../x")]
    public void A_member_outside_is_rejected(string member) =>
        Rejected(TarGz(TarEntryFormat.Pax, ("foo-1.0/PKG-INFO", "x"), (member, "y")), strict: false, "outside");

    [Fact]
    public void Duplicate_metadata_rejects_an_upload_and_otherwise_the_last_copy_wins()
    {
        var bytes = TarGz(TarEntryFormat.Pax, ("foo-1.0/PKG-INFO", "x"), ("./foo-1.0/PKG-INFO", "y"));
        Rejected(bytes, strict: true, "twice");
        Assert.Equal(("foo-1.0/PKG-INFO", "y"), Read(bytes, strict: false));
    }

    [Fact]
    public void A_second_top_directory_is_rejected_only_in_an_upload()
    {
        var bytes = TarGz(TarEntryFormat.Pax, ("foo-1.0/PKG-INFO", "x"), ("bar/x", "y"));
        Rejected(bytes, strict: true, "more than one directory");
        Assert.Equal(("foo-1.0/PKG-INFO", "x"), Read(bytes, strict: false));
    }

    [Fact]
    public void A_truncated_or_invalid_archive_is_rejected()
    {
        Rejected([], strict: false, "not a gzip");
        Rejected("<html>and so on, long enough</html>"u8.ToArray(), strict: false, "not a gzip");
        Rejected(Gzip(Encoding.ASCII.GetBytes(new string('x', 2000))), strict: false, "not a tar");
        Rejected(Gzip(new byte[1024]), strict: false, "no members");
        var sound = TarGz(TarEntryFormat.Pax, ("foo-1.0/PKG-INFO", new string('x', 3000)));
        for (var length = 0; length < sound.Length; length++)
            Rejected(sound[..length], strict: false, "");
        Rejected([.. sound, 0], strict: false, "");
    }

    [Fact]
    public void A_tar_that_ends_inside_a_member_is_rejected()
    {
        var tar = Tar(TarEntryFormat.Ustar, ("foo-1.0/PKG-INFO", new string('x', 3000)));
        Rejected(Gzip(tar[..1500]), strict: false, "cut off");
        Rejected(Gzip(tar[..700]), strict: false, "cut off");
        Rejected(Gzip(tar[..100]), strict: false, "cut off");
    }

    [Fact]
    public void Whichever_byte_changes_the_result_is_the_metadata_or_an_error_message()
    {
        var sound = TarGz(TarEntryFormat.Pax, ("foo-1.0/PKG-INFO", "Name: foo"));
        for (var i = 0; i < sound.Length; i++)
        {
            var bytes = sound.ToArray();
            bytes[i] ^= 0x55;
            try
            {
                SdistArchive.ReadTarGz(new MemoryStream(bytes), strict: true);
            }
            catch (ArchiveException problem)
            {
                Assert.EndsWith(".", problem.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Memory_use_does_not_depend_on_the_size()
    {
        var bytes = TarGz(TarEntryFormat.Pax, ("foo-1.0/PKG-INFO", "x"), ("foo-1.0/big", new string('x', 20_000_000)));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Read(bytes);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_tar_with_too_many_headers_of_any_type_is_rejected(bool strict)
    {
        var folder = new TarBuilder().Add("foo-1.0/", type: '5').Build()[..512];
        var described = new TarBuilder().AddPax('x', "comment=x").Add("foo-1.0/", type: '5').Build()[..1536];
        Rejected(GetGzip(folder, ArchiveLimits.MaxMembers + 1), strict, "more than 300000 headers");
        Rejected(GetGzip(described, (ArchiveLimits.MaxMembers / 2) + 1), strict, "more than 300000 headers");
        Assert.Equal((null, null), Read(GetGzip(folder, ArchiveLimits.MaxMembers), strict));
    }

    [Fact]
    public void Reading_only_the_metadata_stops_right_after_it()
    {
        var tar = Tar(TarEntryFormat.Pax, ("foo-1.0/PKG-INFO", "x"), ("foo-1.0/code", "y"));
        tar.AsSpan(^2048).Fill((byte)'?');
        Rejected(Gzip(tar), strict: false, "");
        Assert.True(DistributionFileName.TryParse("foo-1.0.tar.gz", out var name));
        Assert.Equal("x"u8.ToArray(), DistributionArchive.ReadMetadata(new MemoryStream(Gzip(tar)), name));
    }

    [Fact]
    public void A_decompression_bomb_is_rejected()
    {
        using var inflated = new BoundedGzipStream(new MemoryStream(Gzip(new byte[3_000_000])), limit: 2_000_000);
        Assert.Contains(
            "inflate to more",
            Assert.Throws<ArchiveException>(() => inflated.ReadToEnd(CancellationToken.None)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_metadata_of_a_ZIP_is_found()
    {
        var zip = new ZipBuilder().Add("foo-1.0/setup.py", "x").Add("foo-1.0/PKG-INFO", "Name: foo").Build();
        var content = SdistArchive.ReadZip(new MemoryStream(zip), strict: true);
        Assert.Equal("foo-1.0/PKG-INFO", content.MetadataPath);
        foreach (var bytes in (byte[][])[new ZipBuilder().Build(), zip[..^1]])
            Assert.Throws<ArchiveException>(() => SdistArchive.ReadZip(new MemoryStream(bytes), strict: false));
    }

    [Theory]
    [InlineData("foo-1.0/pkg-info", "must be a file with the name PKG-INFO")]
    [InlineData("foo-1.0/Pkg-Info/", "must be a file with the name PKG-INFO")]
    [InlineData("foo-1.0/PKG-INFO/", "twice")]
    [InlineData("foo-1.0/./PKG-INFO", "\".\"")]
    [InlineData("./foo-1.0/PKG-INFO", "\".\"")]
    [InlineData("foo-1.0//PKG-INFO", "empty part")]
    [InlineData("./PKG-INFO", "\".\"")]
    public void A_second_PKG_INFO_in_a_ZIP_is_rejected(string path, string because)
    {
        var sound = new ZipBuilder().Add("foo-1.0/PKG-INFO", "Name: foo");
        var zip = sound.Add(path, path.EndsWith('/') ? "" : "Name: bar").Build();
        var problem = Assert.Throws<ArchiveException>(() => SdistArchive.ReadZip(new MemoryStream(zip), strict: true));
        Assert.Contains(because, problem.Message, StringComparison.Ordinal);
        var content = SdistArchive.ReadZip(new MemoryStream(zip), strict: false);
        Assert.Equal("Name: foo"u8.ToArray(), content.Metadata);
    }

    [Fact]
    public void A_ZIP_whose_only_PKG_INFO_is_a_directory_is_rejected()
    {
        var zip = new ZipBuilder().Add("foo-1.0/setup.py", "x").Add("foo-1.0/PKG-INFO/").Build();
        Assert.Throws<ArchiveException>(() => SdistArchive.ReadZip(new MemoryStream(zip), strict: true));
    }

    static (string?, string?) Read(byte[] bytes, bool strict = true)
    {
        var content = SdistArchive.ReadTarGz(new MemoryStream(bytes), strict);
        return (content.MetadataPath, content.Metadata is null ? null : Encoding.UTF8.GetString(content.Metadata));
    }

    static void Rejected(byte[] bytes, bool strict, string because) => Assert.Contains(
        because,
        Assert.Throws<ArchiveException>(() => Read(bytes, strict)).Message,
        StringComparison.Ordinal);

    static byte[] TarGz(TarEntryFormat format, params (string Name, string Content)[] members) =>
        Gzip(Tar(format, members));

    static byte[] Tar(TarEntryFormat format, params (string Name, string Content)[] members)
    {
        var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, format, leaveOpen: true))
        {
            foreach (var (name, content) in members)
            {
                var type = format == TarEntryFormat.V7 ? TarEntryType.V7RegularFile : TarEntryType.RegularFile;
                TarEntry entry = format switch
                {
                    TarEntryFormat.V7 => new V7TarEntry(type, name),
                    TarEntryFormat.Ustar => new UstarTarEntry(type, name),
                    TarEntryFormat.Gnu => new GnuTarEntry(type, name),
                    _ => new PaxTarEntry(type, name),
                };
                entry.DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content));
                writer.WriteEntry(entry);
            }
        }
        return tar.ToArray();
    }

    /// <summary>A gzipped tar of the same headers, over and over.</summary>
    static byte[] GetGzip(byte[] headers, int count)
    {
        var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (var i = 0; i < count; i++)
                gzip.Write(headers);
            gzip.Write(new byte[1024]);
        }
        return output.ToArray();
    }

    static byte[] Gzip(byte[] tar) => Gzip(new MemoryStream(tar));

    static byte[] Gzip(Stream tar)
    {
        var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Optimal, leaveOpen: true))
            tar.CopyTo(gzip);
        return output.ToArray();
    }
}
