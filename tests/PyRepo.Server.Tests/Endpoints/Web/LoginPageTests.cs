using PyRepo.Server.Endpoints.Web;

namespace PyRepo.Server.Tests.Endpoints.Web;

public sealed class LoginPageTests
{
    [Theory]
    [InlineData("project/acme/", "project/acme/")]
    [InlineData("search/?q=a+b&page=2", "search/?q=a+b&page=2")]
    [InlineData("", "")]
    [InlineData(null, "")]
    [InlineData("/evil.example", "")]
    [InlineData("//evil.example", "")]
    [InlineData("a//evil.example", "")]
    [InlineData("https://evil.example", "")]
    [InlineData("\\\\evil.example", "")]
    [InlineData("..//evil.example", "")]
    [InlineData("../../other/", "")]
    [InlineData("javascript:alert(1)", "")]
    [InlineData("a\r\nSet-Cookie: x=y", "")]
    public void Sign_in_leads_only_to_pages_of_the_repository(string? next, string expected) =>
        Assert.Equal(expected, LoginPage.LocalPath(next));
}
