using System.Text;
using PyRepo.Packaging.Simple;

namespace PyRepo.Packaging.Tests.Simple;

/// <summary>Pages that are made to fill the memory, or to keep a core busy.</summary>
[Trait("Cost", "high")]
public sealed class HostilePageTests
{
    const int Limit = PageLimits.MaxFiles;

    [Theory]
    [InlineData(Limit, true)]
    [InlineData(Limit + 1, false)]
    public async Task A_page_has_a_limited_number_of_files(int count, bool isRead)
    {
        var files = string.Join(',', Enumerable.Repeat("""{"filename":"a-1.tar.gz","url":"a"}""", count));
        var json = $$"""{"meta":{"api-version":"1.0"},"name":"a","files":[{{files}}]}""";
        var html = string.Concat(Enumerable.Repeat("<a href=a-1.tar.gz></a>", count));
        Assert.Equal(isRead, await IsReadAsync(SimpleJson.ReadProjectAsync(Bytes(json))));
        Assert.Equal(isRead, await IsReadAsync(SimpleHtml.ReadProjectAsync(Bytes(html))));
    }

    [Fact]
    public async Task A_page_has_a_limited_number_of_versions()
    {
        var versions = string.Join(',', Enumerable.Repeat("\"1\"", Limit + 1));
        var json = $$"""{"meta":{"api-version":"1.0"},"name":"a","versions":[{{versions}}],"files":[]}""";
        Assert.False(await IsReadAsync(SimpleJson.ReadProjectAsync(Bytes(json))));
    }

    /// <summary>Each of the links would repeat it.</summary>
    [Theory]
    [InlineData(400, true)]
    [InlineData(600, false)]
    [InlineData(100_000, false)]
    public async Task Links_are_not_relative_to_a_URL_of_any_length(int length, bool isRead)
    {
        var url = new Uri($"https://example.com/{new string('a', length)}/?{new string('q', 2000)}");
        var near = new Uri("https://example.com/simple/a/");
        var json =
            """{"meta":{"api-version":"1.0"},"name":"a","files":[{"filename":"a-1.tar.gz","url":"a-1.tar.gz"}]}""";
        var html = "<a href=a-1.tar.gz></a>";
        Assert.Equal(isRead, await IsReadAsync(SimpleJson.ReadProjectAsync(Bytes(json), url)));
        Assert.Equal(isRead, await IsReadAsync(SimpleHtml.ReadProjectAsync(Bytes(html), url)));
        var based = $"<base href=\"{url}\">" + html;
        Assert.Equal(isRead, await IsReadAsync(SimpleHtml.ReadProjectAsync(Bytes(based), near)));
        Assert.True(await IsReadAsync(SimpleJson.ReadProjectAsync(
            Bytes(json.Replace(
                "\"a-1.tar.gz\"}", "\"https://example.com/a-1.tar.gz\"}", StringComparison.Ordinal)), url)));
    }

    [Fact]
    public async Task A_list_has_a_limited_number_of_names()
    {
        var html = string.Concat(Enumerable.Repeat("<a>a</a>", PageLimits.MaxProjects + 1));
        Assert.False(await IsReadAsync(SimpleHtml.ReadListAsync(Bytes(html))));
    }

    /// <summary>Each piece used to be appended to a copy of all that came before it.</summary>
    [Fact]
    public async Task A_title_that_never_ends_is_cut_off()
    {
        var html = "<title></titles>" + string.Concat(Enumerable.Repeat("a<b>", 2_000_000)) + "<a href=a-1.tar.gz></a>";
        Assert.Single((await SimpleHtml.ReadProjectAsync(Bytes(html))).Files);
    }

    /// <summary>Each piece used to be followed by a search of all that came before it.</summary>
    [Theory]
    [InlineData("<!--", "-->")]
    [InlineData("<b title=\"", "\">")]
    public async Task A_token_that_arrives_byte_by_byte_is_searched_only_once(string start, string end)
    {
        var html = start + new string('a', 900_000) + end + "<a href=a-1.tar.gz></a>";
        await using var trickle = new TrickleStream(Encoding.UTF8.GetBytes(html));
        Assert.Single((await SimpleHtml.ReadProjectAsync(trickle)).Files);
    }

    /// <summary>Each used to be followed by a search of all that was buffered, and the first has it grow.</summary>
    [Theory]
    [InlineData("<!-- -->")]
    [InlineData("<!-- --!>")]
    [InlineData("<!---->")]
    public async Task Comments_are_searched_only_up_to_their_ends(string comment)
    {
        var html = $"<!--{new string('a', 900_000)}-->{string.Concat(Enumerable.Repeat(comment, 2_000_000))}"
            + "<a href=a-1.tar.gz></a>";
        Assert.Single((await SimpleHtml.ReadProjectAsync(Bytes(html))).Files);
    }

    static MemoryStream Bytes(string text) => new(Encoding.UTF8.GetBytes(text));

    static async Task<bool> IsReadAsync(Task reading) =>
        await Record.ExceptionAsync(() => reading) switch
        {
            null => true,
            PageFormatException => false,
            var other => throw other,
        };

    /// <summary>One byte at a time.</summary>
    sealed class TrickleStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(1, buffer.Length)], cancellationToken);
    }
}
