using System.Text;
using PyRepo.Client.Warming;
using PyRepo.Packaging.Names;

namespace PyRepo.Server.Tests.Client.Warming;

public sealed class IndexAddressTests
{
    [Theory]
    [InlineData("https://example.com/simple", "https://example.com/simple/")]
    [InlineData("https://example.com/simple/?a=b#c", "https://example.com/simple/")]
    [InlineData("ours=https://example.com/simple/", "https://example.com/simple/")]
    [InlineData("http://127.0.0.1:8080", "http://127.0.0.1:8080/")]
    public void A_page_is_below_the_URL(string text, string expected)
    {
        Assert.True(IndexAddress.TryParse(text, out var index));
        Assert.Equal(expected, index.ToString());
        Assert.Equal($"{expected}foo-bar/", index.GetPage(ProjectName.Parse("Foo.Bar")).AbsoluteUri);
        Assert.Null(index.Authorization);
    }

    [Theory]
    [InlineData("https://alice:s%3Ae%40cr%C3%A9t@example.com/simple/", "alice:s:e@crét")]
    [InlineData("https://token@example.com/simple/", "token:")]
    public void Credentials_are_decoded_and_shown_nowhere(string text, string expected)
    {
        Assert.True(IndexAddress.TryParse(text, out var index));
        Assert.Equal("https://example.com/simple/", index.ToString());
        Assert.Equal(
            expected, Encoding.UTF8.GetString(Convert.FromBase64String(index.Authorization!.Parameter!)));
    }

    [Theory]
    [InlineData("example.com/simple")]
    [InlineData("ftp://example.com/simple")]
    [InlineData("/srv/simple")]
    [InlineData("")]
    public void Anything_else_is_not_an_index(string text) => Assert.False(IndexAddress.TryParse(text, out _));

    [Theory]
    [InlineData("https://example.com:443/files/a", true)]
    [InlineData("https://EXAMPLE.com/", true)]
    [InlineData("https://example.com.evil.example/", false)]
    [InlineData("https://example.com:8443/", false)]
    [InlineData("http://example.com/", false)]
    public void Its_own_origin_has_its_scheme_host_and_port(string url, bool expected)
    {
        Assert.True(IndexAddress.TryParse("https://alice:secret@example.com/simple/", out var index));
        Assert.Equal(expected, index.IsOwn(new Uri(url)));
    }
}
