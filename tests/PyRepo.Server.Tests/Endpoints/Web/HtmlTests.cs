using PyRepo.Server.Endpoints.Web;

namespace PyRepo.Server.Tests.Endpoints.Web;

public sealed class HtmlTests
{
    [Fact]
    public void Text_is_encoded_and_a_piece_of_HTML_is_not() => Assert.Equal(
        "<p title=\"&lt;b&gt; &amp; &quot;&#x27;\">&lt;script&gt;<b>1</b></p>",
        Html.From($"<p title=\"{"<b> & \"'"}\">{"<script>"}{Html.From($"<b>{1}</b>")}</p>").Text);

    [Fact]
    public void Letters_of_all_languages_stay_as_they_are() =>
        Assert.Equal("Žluťoučký 蛇 ñ", Html.From($"{"Žluťoučký 蛇 ñ"}").Text);

    [Fact]
    public void A_template_whose_condition_does_not_hold_is_not_evaluated()
    {
        string? missing = null;
        Assert.Equal("", Html.If(missing is not null, $"{missing!.Length}").Text);
        Assert.Equal("5", Html.If(missing is null, $"{5}").Text);
    }

    [Theory]
    [InlineData("https://example.com/?a=1&b=\"2\"", "<a href=\"https://example.com/?a=1&amp;b=%222%22\" rel=")]
    [InlineData("mailto:alice@example.com", "<a href=\"mailto:alice@example.com\" rel=")]
    [InlineData("https://example.com@evil.example/", "<bdi>")]
    [InlineData("javascript:alert(1)", "<bdi>")]
    [InlineData(" JaVaScript:alert(1)", "<bdi>")]
    [InlineData("data:text/html,<script>alert(1)</script>", "<bdi>")]
    [InlineData("//example.com/", "<bdi>")]
    [InlineData("file:///etc/passwd", "<bdi>")]
    [InlineData("", "<bdi>")]
    public void Only_pages_and_addresses_are_linked(string url, string start)
    {
        var link = SafeUrl.Link(url, "<i>label").Text;
        Assert.StartsWith(start, link, StringComparison.Ordinal);
        Assert.Contains("<bdi>&lt;i&gt;label</bdi>", link, StringComparison.Ordinal);
        Assert.Equal(
            start != "<bdi>", link.Contains("rel=\"nofollow noopener noreferrer ugc\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0, "0 bytes")]
    [InlineData(1023, "1023 bytes")]
    [InlineData(1536, "1.5 KiB")]
    [InlineData(22_650_000, "21.6 MiB")]
    [InlineData(5_000_000_000_000_000, "4547 TiB")]
    public void A_size_has_a_unit_that_people_read(long bytes, string expected) =>
        Assert.Equal(expected, PageText.Size(bytes));
}
