using PyRepo.Packaging.Simple;

namespace PyRepo.Packaging.Tests.Simple;

/// <summary>Cases from the states of comments in the
/// <see href="https://html.spec.whatwg.org/multipage/parsing.html#comment-start-state">HTML standard</see>, which
/// html5lib's tests have, too.</summary>
public sealed class HtmlTokenizerTests
{
    [Theory]
    [InlineData("<!--a-->b", "a", 8)]
    [InlineData("<!---->b", "", 7)]
    [InlineData("<!-->b", "", 5)]
    [InlineData("<!--->b", "", 6)]
    [InlineData("<!----->b", "-", 8)]
    [InlineData("<!--a--->b", "a-", 9)]
    [InlineData("<!--a--!>b", "a", 9)]
    [InlineData("<!----!>b", "", 8)]
    [InlineData("<!---!>b-->c", "-!>b", 11)]
    [InlineData("<!--!>b-->c", "!>b", 10)]
    [InlineData("<!--a--!-->b", "a--!", 11)]
    [InlineData("<!--a--!b-->c", "a--!b", 12)]
    [InlineData("<!--a--b-->c", "a--b", 11)]
    [InlineData("<!-- <!--a-->b", " <!--a", 13)]
    [InlineData("<!-- <!-->b", " <!", 10)]
    [InlineData("<!--a>b-->c", "a>b", 10)]
    [InlineData("<!--a-- >b-->c", "a-- >b", 13)]
    [InlineData("<!--a", "a", 5)]
    [InlineData("<!--a-", "a", 6)]
    [InlineData("<!--a--", "a", 7)]
    [InlineData("<!--a--!", "a", 8)]
    [InlineData("<!--", "", 4)]
    [InlineData("<!---", "", 5)]
    [InlineData("<!-----", "-", 7)]
    public void A_comment_ends_where_browsers_end_it(string html, string text, int length) =>
        Reads(html, HtmlTokenKind.Comment, text, length);

    [Theory]
    [InlineData("<!x>b", "x", 4)]
    [InlineData("<!-x>b", "-x", 5)]
    [InlineData("<!>b", "", 3)]
    [InlineData("<!x a=\">\">b", "x a=\"", 8)]
    [InlineData("<![CDATA[a>b]]>", "[CDATA[a", 11)]
    [InlineData("<?x y?>b", "?x y?", 7)]
    [InlineData("</3>b", "3", 4)]
    [InlineData("</ a>b", " a", 5)]
    [InlineData("<!x", "x", 3)]
    [InlineData("<!", "", 2)]
    [InlineData("<?", "?", 2)]
    public void Markup_that_is_not_a_tag_is_a_comment_up_to_the_next_bracket(string html, string text, int length) =>
        Reads(html, HtmlTokenKind.Comment, text, length);

    [Theory]
    [InlineData("</>b", "", 3)]
    [InlineData("</", "</", 2)]
    [InlineData("<", "<", 1)]
    [InlineData("<3>", "<", 1)]
    public void A_bracket_that_opens_no_tag_is_text(string html, string text, int length) =>
        Reads(html, HtmlTokenKind.Text, text, length);

    [Fact]
    public async Task A_link_after_an_abruptly_closed_comment_is_read()
    {
        var page = "<!--><a href='foo-1.0.tar.gz'>foo</a><!--x--!><a href='foo-2.0.tar.gz'>foo</a>"u8.ToArray();
        var read = await SimpleHtml.ReadProjectAsync(new MemoryStream(page));
        Assert.Equal(["foo-1.0.tar.gz", "foo-2.0.tar.gz"], read.Files.Select(file => file.FileName));
    }

    static void Reads(string html, HtmlTokenKind kind, string text, int length)
    {
        var token = HtmlTokenizer.Read(html, null, isFinal: true, out var read);
        Assert.Equal((kind, text, length), (token!.Kind, token.Text, read));
        // However little of the page has arrived, the answer is the same, or not known yet.
        for (var i = 1; i < html.Length; i++)
        {
            var early = HtmlTokenizer.Read(html.AsSpan(0, i), null, isFinal: false, out read);
            if (early is not null)
                Assert.Equal((kind, text, length), (early.Kind, early.Text, read));
        }
    }
}
