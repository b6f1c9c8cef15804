using System.Text;
using PyRepo.Packaging.Metadata;

namespace PyRepo.Packaging.Tests.Metadata;

public sealed class CoreMetadataTests
{
    [Fact]
    public void A_description_folded_in_a_header_is_unfolded()
    {
        var metadata = Parse(
            "Metadata-Version: 1.0\n"
            + "Description: one\n        two\n          indented\n        \n       |three\n"
            + "Name: a\n");
        Assert.Equal("one\ntwo\n  indented\n\nthree", metadata.Description);
        Assert.Equal("a", metadata.Name);
    }

    [Fact]
    public void The_body_is_the_description_with_its_white_space()
    {
        var metadata = Parse("Metadata-Version: 2.1\r\nName: a\r\n\r\n  # Title\r\n\r\nText: not a header\r\n");
        Assert.Equal("  # Title\r\n\r\nText: not a header\r\n", metadata.Description);
    }

    [Fact]
    public void Empty_and_UNKNOWN_values_count_as_missing()
    {
        var metadata = Parse(
            "Metadata-Version: 1.1\nName: a\nLicense: UNKNOWN\nSummary:\n"
            + "Platform: UNKNOWN\nPlatform: any\n\nUNKNOWN\n");
        Assert.Null(metadata.License);
        Assert.Null(metadata.Summary);
        Assert.Equal(["any"], metadata.Platforms);
        Assert.Null(metadata.Description);
    }

    [Fact]
    public void Bytes_that_are_not_UTF_8_are_read_as_latin_1()
    {
        var document = Encoding.Latin1.GetBytes("Metadata-Version: 1.0\nAuthor: Andr\u00e9\n\nK\u00f6ln");
        var metadata = CoreMetadata.Parse(document);
        Assert.Equal("Andr\u00e9", metadata.Author);
        Assert.Equal("K\u00f6ln", metadata.Description);
    }

    [Fact]
    public void A_usable_document_has_no_problems_whatever_else_it_breaks()
    {
        var metadata = Parse(
            "Metadata-Version: 2.0\nName: Foo_Bar\nVersion: 1.0-1\nLicense-File: ../x\nClassifier: nonsense\n");
        Assert.Empty(metadata.Problems());
    }

    [Theory]
    [InlineData("Name: a\nVersion: 1", "The metadata has no Metadata-Version.")]
    [InlineData("Metadata-Version: 3.0\nName: a\nVersion: 1", "Metadata-Version \"3.0\" is not 1.x or 2.x.")]
    [InlineData("Metadata-Version: 2.9\nVersion: 1", "The metadata has no Name.")]
    [InlineData(
        "Metadata-Version: 2.1\nName: -a\nVersion: 1",
        "The metadata's Name \"-a\" is not a project name: it needs ASCII letters, digits, '.', '_' or '-', "
        + "with a letter or digit at both ends.")]
    [InlineData("Metadata-Version: 2.1\nName: a", "The metadata has no Version.")]
    [InlineData(
        "Metadata-Version: 2.1\nName: a\nVersion: 2004d",
        "The metadata's Version \"2004d\" is not a version (PEP 440).")]
    public void Problems_name_what_an_index_cannot_use(string document, string problem) =>
        Assert.Equal([problem], Parse(document).Problems());

    static CoreMetadata Parse(string document) => CoreMetadata.Parse(Encoding.UTF8.GetBytes(document));
}
