using System.Buffers;
using System.IO.Compression;
using System.Text;
using PyRepo.Server.Endpoints.Rendering;
using PyRepo.Server.Platform.Admission;

namespace PyRepo.Server.Tests.Endpoints.Rendering;

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
        var content = new PageContent("text/html", writer => writer.Write("x"u8)) { Length = 1, Serial = 42 };
        var page = RenderedPage.Render(content, gzip: false, Budget);
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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_base_url_takes_the_place_of_each_marker_wherever_the_pieces_of_the_page_end(bool gzip)
    {
        // Long enough for a file, with markers at all distances from the ends of its pieces.
        var template = string.Concat(Enumerable.Range(0, 40_000).Select(
            i => $"{new string('x', i % 7)}{BaseUrlMarker.Text}{i}{BaseUrlMarker.Text[..(i % 36)]}\n"));
        var content = new PageContent("text/plain", writer => writer.Write(Encoding.UTF8.GetBytes(template)))
        {
            Length = template.Length,
        };
        var page = RenderedPage.Render(content, gzip: false, Budget);
        Assert.NotNull(page.File);
        var expected = template.Replace(BaseUrlMarker.Text, "http://a.example/&amp;", StringComparison.Ordinal);
        var shown = page.With("http://a.example/&", content, gzip, Budget);
        Assert.Equal(expected, Encoding.UTF8.GetString(gzip ? Unzipped(Bytes(shown)) : Bytes(shown)));
        Assert.Equal(page.With("http://a.example/&", content, gzip, Budget).ETag, shown.ETag);
        Assert.NotEqual(page.With("http://b.example/&", content, gzip, Budget).ETag, shown.ETag);
    }

    [Fact]
    public void A_long_page_is_in_a_file()
    {
        var page = Render(new string('x', 2 << 20), gzip: false);
        Assert.Empty(page.Segments);
        Assert.Equal(2L << 20, page.Length);
        Assert.Equal(new string('x', 2 << 20), Encoding.UTF8.GetString(Bytes(page)));
    }

    [Theory]
    [InlineData(false, 1_000)]
    [InlineData(true, 1_000)]
    [InlineData(false, 900_000)]
    [InlineData(true, 900_000)]
    public void The_next_version_of_a_page_renders_only_the_parts_that_changed(bool gzip, int length)
    {
        var rendered = new List<string>();
        var first = RenderedPage.Render(InParts("1", ["a", "b", "c"]), gzip, Budget);
        rendered.Clear();
        var second = RenderedPage.Render(InParts("2", ["a", "B", "c", "d"]), gzip, Budget, first);
        Assert.Equal(["2", "B", "d"], rendered);
        var third = RenderedPage.Render(InParts("2", ["B", "c", "d"]), gzip, Budget, second);
        Assert.Equal(Text("2", ["a", "B", "c", "d"]), Read(second));
        Assert.Equal(Text("2", ["B", "c", "d"]), Read(third));
        // Another process has rendered no version before.
        Assert.Equal(
            RenderedPage.Render(InParts("2", ["a", "B", "c", "d"]), gzip, Budget).ETag, second.ETag);

        PageContent InParts(string head, string[] names) => new("text/plain", [
            new PagePart(null, writer => Write(writer, head)),
            .. names.Select(name => new PagePart(name, writer => Write(writer, name)))])
        {
            Length = (long)length * names.Length,
            LengthOfPart = length,
        };

        void Write(IBufferWriter<byte> writer, string name)
        {
            rendered.Add(name);
            writer.Write(Encoding.UTF8.GetBytes(Text("", [name])));
        }

        // Of random text, compressed parts are large, too.
        string Text(string head, string[] names) => string.Concat(names.Prepend(head).Where(name => name.Length > 0)
            .Select(name => name + Convert.ToHexString(RandomBytes(name))));

        byte[] RandomBytes(string name)
        {
            var bytes = new byte[length / 2];
            new Random(name[0]).NextBytes(bytes);
            return bytes;
        }

        string Read(RenderedPage page) => Encoding.UTF8.GetString(gzip ? Unzipped(Bytes(page)) : Bytes(page));
    }

    static WorkBudget Budget => new(TimeSpan.FromMinutes(1));

    static RenderedPage Render(string text, bool gzip)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return RenderedPage.Render(
            new PageContent("text/plain", writer => writer.Write(bytes)) { Length = bytes.Length }, gzip, Budget);
    }

    static byte[] Unzipped(byte[] bytes)
    {
        using var unzipped = new MemoryStream();
        using (var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress))
            gzip.CopyTo(unzipped);
        return unzipped.ToArray();
    }

    static byte[] Bytes(RenderedPage page) => PageBytes.From(page);
}
