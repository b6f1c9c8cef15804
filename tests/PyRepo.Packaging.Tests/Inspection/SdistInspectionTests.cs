using PyRepo.Packaging.Inspection;
using PyRepo.Packaging.Tests.Metadata;

namespace PyRepo.Packaging.Tests.Inspection;

public sealed class SdistInspectionTests
{
    const string Metadata = "Metadata-Version: 2.1\nName: demo\nVersion: 1.0\nRequires-Dist: six\n";

    [Theory]
    [InlineData("demo-1.0/demo_init.pth")]
    [InlineData("demo-1.0/src/demo_init.pth")]
    public void A_start_up_file_is_found_in_the_listing(string name)
    {
        var facts = Inspect(new TarBuilder().Add("demo-1.0/PKG-INFO", Metadata).Add(name, "import os\n"));
        Assert.Equal([name], facts.StartupFiles.Select(file => file.Name));
        Assert.Equal(["six"], facts.Requirements);
    }

    [Theory]
    [InlineData("demo-1.0/tests/data/demo_init.pth", "import os\n")]
    [InlineData("demo-1.0/demo_path.pth", "somewhere\n")]
    public void Another_file_is_none(string name, string content) => Assert.Empty(
        Inspect(new TarBuilder().Add("demo-1.0/PKG-INFO", Metadata).Add(name, content)).StartupFiles);

    [Fact]
    public void A_ZIP_is_listed_too()
    {
        var zip = new ZipBuilder().Add("demo-1.0/PKG-INFO", Metadata).Add("demo-1.0/sitecustomize.py", "").Build();
        var facts = ArchiveInspector.Inspect(new MemoryStream(zip), BuiltWheel.Parse("demo-1.0.zip"));
        Assert.Single(facts.StartupFiles);
        Assert.Null(facts.Problem);
    }

    [Fact]
    public void What_is_no_archive_is_unreadable() => Assert.NotNull(
        ArchiveInspector.Inspect(new MemoryStream([1, 2, 3]), BuiltWheel.Parse("demo-1.0.tar.gz")).Problem);

    static ArchiveFacts Inspect(TarBuilder tar) =>
        ArchiveInspector.Inspect(new MemoryStream(tar.BuildGzip()), BuiltWheel.Parse("demo-1.0.tar.gz"));
}
