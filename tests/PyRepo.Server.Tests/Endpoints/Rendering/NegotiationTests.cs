using PyRepo.Server.Endpoints.Rendering;

namespace PyRepo.Server.Tests.Endpoints.Rendering;

public sealed class NegotiationTests
{
    const string Json = "application/vnd.pypi.simple.v1+json", Html = "application/vnd.pypi.simple.v1+html";

    [Theory]
    [InlineData("pip, pdm", $"{Json}, {Html}; q=0.1, text/html; q=0.01", "Json")]
    [InlineData("uv", $"{Json}, {Html};q=0.2, text/html;q=0.01", "Json")]
    [InlineData("poetry", $"{Json}, */*;q=0.1", "Json")]
    [InlineData("bandersnatch", Json, "Json")]
    [InlineData("hatch, curl", "*/*", "TextHtml")]
    [InlineData("nothing", "", "TextHtml")]
    [InlineData("browser", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "TextHtml")]
    [InlineData("old pip", "text/html", "TextHtml")]
    [InlineData("latest", "application/vnd.pypi.simple.latest+json", "Json")]
    [InlineData("latest", "application/vnd.pypi.simple.latest+html", "Html")]
    [InlineData("unknown", "application/json", "None")]
    [InlineData("unknown", "image/png, text/plain", "None")]
    [InlineData("unknown", "application/vnd.pypi.simple.v2+json", "None")]
    public void Each_client_gets_what_it_can_read(string client, string accept, string expected) =>
        Assert.True(expected == Negotiation.OfAccept(accept).ToString(), client);

    [Theory]
    [InlineData($"{Json};q=0, {Html}", "Html")]
    [InlineData($"{Json};q=0", "None")]
    [InlineData($"{Json};q=0, */*", "TextHtml")]
    [InlineData("text/html;q=0, */*", "Html")]
    [InlineData("*/*;q=0", "None")]
    [InlineData($"{Json};q=0.5, {Html};q=0.9", "Html")]
    [InlineData($"{Json};q=0.9, {Html};q=0.5", "Json")]
    [InlineData($"{Json};q=0.5, {Html};q=0.5", "Json")]
    [InlineData($"{Json};q=0.5, */*", "TextHtml")]
    [InlineData($"{Html}, text/html", "Html")]
    [InlineData($"{Html};q=0.5, text/html", "TextHtml")]
    [InlineData("application/*", "Html")]
    [InlineData("text/*", "TextHtml")]
    [InlineData($"text/*;q=0.2, {Json};q=0.3", "Json")]
    [InlineData($"  {Json}  ;  Q=0.8  ,text/html;q=0.801", "TextHtml")]
    [InlineData("APPLICATION/VND.PYPI.SIMPLE.V1+JSON", "Json")]
    [InlineData($"{Json}; charset=utf-8", "Json")]
    [InlineData("text/html;q=much", "TextHtml")]
    [InlineData("nonsense", "TextHtml")]
    [InlineData(",,,", "TextHtml")]
    public void Qualities_are_compared_as_HTTP_specifies(string accept, string expected)
    {
        Assert.Equal(expected, Negotiation.OfAccept(accept).ToString());
        Assert.Equal(expected, Negotiation.OfAccept(accept).ToString());
    }

    [Fact]
    public void The_order_in_the_header_means_nothing() => Assert.Equal(
        Negotiation.OfAccept($"text/html;q=0.1, {Html};q=0.2, {Json};q=0.3"),
        Negotiation.OfAccept($"{Json};q=0.3, text/html;q=0.1, {Html};q=0.2"));

    [Theory]
    [InlineData(Json, "Json")]
    [InlineData(Html, "Html")]
    [InlineData("text/html", "TextHtml")]
    [InlineData("Text/HTML", "TextHtml")]
    [InlineData("json", "None")]
    [InlineData("*/*", "None")]
    [InlineData("", "None")]
    public void A_format_is_selected_by_its_exact_name(string name, string expected) =>
        Assert.Equal(expected, Negotiation.OfName(name).ToString());

    [Theory]
    [InlineData("gzip, deflate", true)]
    [InlineData("GZIP", true)]
    [InlineData("br;q=1.0, gzip;q=0.5", true)]
    [InlineData("gzip;q=0", false)]
    [InlineData("gzip;q=0.0, identity", false)]
    [InlineData("identity", false)]
    [InlineData("br", false)]
    [InlineData("", false)]
    public void A_client_that_accepts_gzip_names_it(string acceptEncoding, bool expected) =>
        Assert.Equal(expected, Negotiation.AcceptsGzip(acceptEncoding));
}
