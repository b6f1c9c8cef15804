using System.Buffers;
using System.IO.Compression;
using System.Text;
using PyRepo.Server.Rendering;

namespace PyRepo.Server.Tests.Rendering;

public sealed class RenderedPageTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(1_000_000)]
    public void A_compressed_page_is_the_page(int length)
    {
        var text = string.Concat(Enumerable.Repeat("0123456789", length / 10));
        var page = Render(text, gzip: true);
        Assert.Equal("gzip", page.ContentEncoding.ToString());
        Assert.Equal(page.Length, Bytes(page).Length);
        using var unzipped =
            new StreamReader(new GZipStream(new MemoryStream(Bytes(page)), CompressionMode.Decompress));
        Assert.Equal(text, unzipped.ReadToEnd());
    }

    [Fact]
    public void A_page_has_its_headers()
    {
        var page = RenderedPage.Render(writer => writer.Write("x"u8), "text/html", gzip: false, serial: 42);
        Assert.Equal(
            ("text/html", "42", 0), (page.ContentType.ToString(), page.Serial.ToString(), page.ContentEncoding.Count));
        Assert.Equal(0, Render("x", gzip: false).Serial.Count);
        Assert.Equal("x", Encoding.UTF8.GetString(Bytes(page)));
    }

    [Fact]
    public void The_same_bytes_have_the_same_tag_and_others_another()
    {
        Assert.Equal(Render("a", gzip: false).ETag, Render("a", gzip: false).ETag);
        Assert.NotEqual(Render("a", gzip: false).ETag, Render("b", gzip: false).ETag);
        Assert.NotEqual(Render("a", gzip: false).ETag, Render("a", gzip: true).ETag);
        Assert.Matches("^\"[0-9a-f]{32}\"$", Render("a", gzip: false).ETag.ToString());
    }

    static RenderedPage Render(string text, bool gzip) =>
        RenderedPage.Render(writer => writer.Write(Encoding.UTF8.GetBytes(text)), "text/plain", gzip, serial: null);

    static byte[] Bytes(RenderedPage page) => [.. page.Segments.SelectMany(piece => piece.ToArray())];
}
