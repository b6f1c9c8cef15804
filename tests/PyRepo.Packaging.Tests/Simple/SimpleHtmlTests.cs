using System.Buffers;
using System.Text;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Simple;

namespace PyRepo.Packaging.Tests.Simple;

public sealed class SimpleHtmlTests
{
    static readonly Sha256Digest _digest = Sha256Digest.HashData([]);

    [Fact]
    public void A_page_follows_the_specifications()
    {
        var page = new ProjectDetail
        {
            Name = "foo",
            Status = ProjectStatus.Deprecated,
            StatusReason = "use \"bar\"",
            Files =
            [
                new PageFile
                {
                    FileName = "foo-1.0-py3-none-any.whl",
                    Url = "foo-1.0-py3-none-any.whl",
                    Hashes = new FileHashes(_digest),
                    RequiresPython = ">=3.8",
                    CoreMetadata = MetadataAvailability.WithHash(_digest),
                    Yanked = "<broken>",
                },
            ],
            LastSerial = 9,
        };
        var hash = $"sha256={_digest}";
        var attributes = $"data-requires-python=\"&gt;=3.8\" data-dist-info-metadata=\"{hash}\" "
            + $"data-core-metadata=\"{hash}\" data-yanked=\"&lt;broken&gt;\"";
        Assert.Equal(
            $"""
            <!DOCTYPE html>
            <html>
            <head>
            <meta name="pypi:repository-version" content="1.4">
            <meta name="pypi:project-status" content="deprecated">
            <meta name="pypi:project-status-reason" content="use &quot;bar&quot;">
            <title>Links for foo</title>
            </head>
            <body>
            <h1>Links for foo</h1>
            <a href="foo-1.0-py3-none-any.whl#{hash}" {attributes}>foo-1.0-py3-none-any.whl</a><br>
            </body>
            </html>
            <!--SERIAL 9-->

            """,
            Write(page));
    }

    [Theory]
    [InlineData("<a href='/simple/foo/'>Foo.Bar</a>", "Foo.Bar")]
    [InlineData("<a href='foo/'>foo/</a>", "foo")]
    [InlineData("<a href='a-very-long-name/'>a-very-lo..&gt;</a>", "a-very-long-name")]
    [InlineData("<a href='foo/'></a>", "foo")]
    [InlineData("<a href='?C=N;O=D'>Name</a><a href='?C=S;O=A'>Size</a><a href='foo/'>foo/</a>", "foo")]
    public async Task A_list_of_a_folder_is_a_list_of_projects(string html, string name)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(html));
        Assert.Equal([name], (await SimpleHtml.ReadListAsync(stream)).Projects.Select(p => p.Name));
    }

    [Theory]
    [InlineData("<meta name='pypi:repository-version' content='1.0'>")]
    [InlineData("<a href='foo/'>Foo</a>")]
    [InlineData("<a href='foo'>foo</a>")]
    [InlineData("<a href='foo/index.html'>foo</a>")]
    [InlineData("<a href='/simple/foo.bar/'>Foo-Bar</a>")]
    [InlineData("<a href='https://other.example/api/simple/foo'>foo</a>")]
    [InlineData("<a href='../'>../</a><a href='foo/'>foo/</a>")]
    [InlineData("<a href='a-very-long-name/'>a-very-lo..&gt;</a>")]
    [InlineData("<base href='https://other.example/simple/'><a href='foo/'>foo</a>")]
    public async Task A_list_declares_its_version_or_has_a_project(string html) => Assert.True(await IsListAsync(html));

    [Theory]
    [InlineData("")]
    [InlineData("<form>login</form>")]
    [InlineData("<a href='../'>../</a>")]
    [InlineData("<a href='http://nginx.org/'>nginx.org</a>")]
    [InlineData("<a href='/login'>Login</a><a href='/docs/start'>start</a>")]
    [InlineData("<a href='#main'>main</a><a href='forgot/'>Forgot your password?</a>")]
    [InlineData("<a href='register'>Register</a><input type=Password name=p>")]
    [InlineData("<a href='javascript:x'>x</a><a href='logo/'></a>")]
    public async Task An_unrelated_page_is_not_a_list(string html) => Assert.False(await IsListAsync(html));

    static async Task<bool> IsListAsync(string html)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(html));
        return (await SimpleHtml.ReadListAsync(stream, new Uri("https://pypi.example.com/simple/"))).IsRecognized;
    }

    [Fact]
    public async Task Lenient_HTML_is_read()
    {
        var page = await Read(
            """
            <HTML><!-- <a href="hidden-1.0.zip">hidden</a> --><script>if (a < b) "<a href='x-1.zip'>"</script>
            <A HREF = a-1.0.zip DATA-YANKED data-requires-python='&gt;=3.6,&#60;4'>a-1.0.zip</A>
            <a class="x>y"
            href='../b-1.0.tar.gz?x=/y#egg=b&sha256=E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855'><b>b</b>
            <a href="https://example.org/c-1.0%2Bl.whl" data-dist-info-metadata="true"
                data-size=12 data-upload-time="2020-01-01T00:00:00Z">c</a>
            <a href="/">home</a> <a href="mailto:x@example.org">mail</a> <a name=top>top</a>
            <a href="javascript:d-1.0.zip">d</a> 1 < 2 <<a href="e-1.0.zip">e</a>
            """);
        Assert.Equal(
            ["a-1.0.zip", "b-1.0.tar.gz", "c-1.0+l.whl", "e-1.0.zip"], page.Files.Select(file => file.FileName));
        Assert.Equal(("", ">=3.6,<4"), (page.Files[0].Yanked, page.Files[0].RequiresPython));
        Assert.Equal("../b-1.0.tar.gz?x=/y", page.Files[1].Url);
        Assert.Equal(_digest, page.Files[1].Hashes.Sha256);
        Assert.Equal(MetadataAvailability.WithoutHash, page.Files[2].CoreMetadata);
        Assert.Equal(12, page.Files[2].Size);
        Assert.Equal(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), page.Files[2].UploadTime);
    }

    [Fact]
    public async Task A_page_of_another_major_version_is_rejected() => await Assert.ThrowsAsync<PageFormatException>(
        () => Read("<meta name='pypi:repository-version' content='2.0'><a href='a-1.0.zip'>a</a>"));

    [Theory]
    [InlineData("<a href=\"a-1.0.zip")]
    [InlineData("<")]
    [InlineData("<!-- never closed")]
    [InlineData("<title>never closed")]
    [InlineData("")]
    public async Task Broken_HTML_has_no_files(string html) => Assert.Empty((await Read(html)).Files);

    [Fact]
    public async Task An_endless_tag_does_not_exhaust_memory() => await Assert.ThrowsAsync<PageFormatException>(
        () => Read("<a href=\"" + new string('x', 3_000_000)));

    [Theory]
    [InlineData("foo-1.0.tar.gz", "foo-1.0.tar.gz")]
    [InlineData("foo-1!1.0+local.tar.gz", "foo-1!1.0%2Blocal.tar.gz")]
    [InlineData("a b%#?/\u00e9", "a%20b%25%23%3F%2F%C3%A9")]
    public void A_path_segment_is_encoded_where_necessary(string name, string encoded) =>
        Assert.Equal(encoded, PathSegment.Encode(name));

    static Task<ProjectDetail> Read(string html) =>
        SimpleHtml.ReadProjectAsync(new MemoryStream(Encoding.UTF8.GetBytes(html)));

    static string Write(ProjectDetail page)
    {
        var output = new ArrayBufferWriter<byte>();
        SimpleHtml.Write(output, page);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
