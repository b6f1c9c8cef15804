using System.Text;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Metadata;

namespace PyRepo.Packaging.Tests.Metadata;

/// <summary>Formats of which an installer can read something else than the server does. Only existing files may have
/// them.</summary>
public sealed class UploadedFormatTests
{
    const string Metadata = "Name: foo";

    [Theory]
    [InlineData(".tar", "")]
    [InlineData(".TAR", "")]
    [InlineData(".tar.bz2", "BZh")]
    [InlineData(".tbz", "BZh")]
    [InlineData(".tar.xz", "\u00fd7zXZ\0")]
    [InlineData(".txz", "\u00fd7zXZ\0")]
    [InlineData(".tar.Z", "\u001f\u009d")]
    [InlineData(".tar.lz", "LZIP")]
    [InlineData(".tlz", "LZIP")]
    [InlineData(".tar.lzma", "]")]
    public void An_sdist_in_another_format_is_rejected_but_an_existing_one_is_read(string extension, string signature)
    {
        byte[] tar = new TarBuilder().Add("foo-1.0/PKG-INFO", Metadata).Build();
        byte[] file = extension.Length == 4 && signature.Length == 0
            ? tar
            : [.. Encoding.Latin1.GetBytes(signature), 0];
        Rejected("foo-1.0" + extension, file, "Build a .tar.gz.");
        var content = Read("foo-1.0" + extension, file, strict: false);
        Assert.Equal(signature.Length == 0 ? Metadata : null, GetText(content));
    }

    [Theory]
    [InlineData("foo-1.0.tgz")]
    [InlineData("foo-1.0.TAR.GZ")]
    public void A_gzipped_tar_must_be_named_tar_gz(string fileName)
    {
        var file = new TarBuilder().Add("foo-1.0/PKG-INFO", Metadata).BuildGzip();
        Rejected(fileName, file, "Build a .tar.gz.");
        Assert.Equal(Metadata, GetText(Read(fileName, file, strict: false)));
        Assert.Equal(Metadata, GetText(Read("foo-1.0.tar.gz", file, strict: true)));
    }

    [Fact]
    public void A_dumb_distribution_that_installers_take_for_an_sdist_is_rejected_but_an_existing_one_is_read()
    {
        var zip = new ZipBuilder().Add("foo-1.0/setup.py", "1").Build();
        Rejected("foo-1.0+a.win32.zip", zip, "bdist_dumb");
        Assert.Null(Read("foo-1.0+a.win32.zip", zip, strict: false).Metadata);
        var tar = new TarBuilder().Add("./usr/lib/foo.py", "1").BuildGzip();
        Rejected("foo-1.0.linux-x86_64.tar.gz", tar, "bdist_dumb");
        Assert.Null(Read("foo-1.0.linux-x86_64.tar.gz", tar, strict: false).Metadata);
    }

    static void Rejected(string fileName, byte[] file, string because) => Assert.Contains(
        because, Assert.Throws<ArchiveException>(() => Read(fileName, file, strict: true)).Message,
        StringComparison.Ordinal);

    static string? GetText(ArchiveContent content) =>
        content.Metadata is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    static ArchiveContent Read(string fileName, byte[] file, bool strict)
    {
        Assert.True(DistributionFileName.TryParse(fileName, out var name));
        return DistributionArchive.Read(new MemoryStream(file), name, strict);
    }
}
