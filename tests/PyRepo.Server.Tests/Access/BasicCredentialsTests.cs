using System.Text;
using PyRepo.Server.Access;

namespace PyRepo.Server.Tests.Access;

public sealed class BasicCredentialsTests
{
    [Theory]
    [InlineData("alice:secret", "alice", "secret")]
    [InlineData("alice:", "alice", "")]
    [InlineData(":secret", "", "secret")]
    [InlineData("alice:a:b:c", "alice", "a:b:c")]
    [InlineData("__token__:pypi-x", "__token__", "pypi-x")]
    public void The_first_colon_separates_user_and_password(string text, string user, string password)
    {
        Assert.True(BasicCredentials.TryParse(Header(Encoding.UTF8.GetBytes(text)), out var credentials));
        Assert.Equal(new BasicCredentials(user, password), credentials);
    }

    [Fact]
    public void Letters_beyond_ASCII_are_read_as_requests_and_as_httpx_send_them()
    {
        foreach (var encoding in (Encoding[])[Encoding.Latin1, Encoding.UTF8])
        {
            Assert.True(BasicCredentials.TryParse(Header(encoding.GetBytes("jürgen:se:crét")), out var credentials));
            Assert.Equal(new BasicCredentials("jürgen", "se:crét"), credentials);
        }
    }

    [Theory]
    [InlineData("basic YTpi")]
    [InlineData("BASIC YTpi")]
    [InlineData("Basic   YTpi ")]
    public void The_scheme_is_read_in_any_case(string header)
    {
        Assert.True(BasicCredentials.TryParse(header, out var credentials));
        Assert.Equal(new BasicCredentials("a", "b"), credentials);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Basic")]
    [InlineData("Basic ")]
    [InlineData("Bearer YTpi")]
    [InlineData("Basic not base64!")]
    [InlineData("Basic YTp")]
    [InlineData("Basic YWxpY2U=")]
    public void Anything_else_is_rejected(string? header) => Assert.False(BasicCredentials.TryParse(header, out _));

    static string Header(byte[] credentials) => "Basic " + Convert.ToBase64String(credentials);
}
