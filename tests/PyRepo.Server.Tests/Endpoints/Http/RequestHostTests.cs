using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Http;

namespace PyRepo.Server.Tests.Endpoints.Http;

public sealed class RequestHostTests
{
    [Theory]
    [InlineData("localhost")]
    [InlineData("localhost:8080")]
    [InlineData("pypi.example.com.")]
    [InlineData("xn--bcher-kva.example:80")]
    [InlineData("team_a-1:80")]
    [InlineData("127.0.0.1:8080")]
    [InlineData("[::1]")]
    [InlineData("[fe80::1]:8080")]
    [InlineData("")]
    [InlineData(null)]
    public void A_host_is_accepted(string? host) => RequestHost.Require(host);

    [Theory]
    [InlineData("a_..b")]
    [InlineData("xn--")]
    [InlineData("xn--:80")]
    [InlineData("xn--a-")]
    [InlineData("www.xn--99999999999.example")]
    [InlineData(".")]
    [InlineData(".a")]
    [InlineData("a..")]
    [InlineData("a:b")]
    [InlineData("a:1:2")]
    [InlineData("a:65536")]
    [InlineData(":80")]
    [InlineData("a b")]
    [InlineData("a\"b")]
    [InlineData("a/b")]
    [InlineData("a@b")]
    [InlineData("é.example")]
    [InlineData("[::1")]
    [InlineData("[127.0.0.1]")]
    [InlineData("[]")]
    public void An_invalid_host_is_rejected(string host) =>
        Assert.Equal(
            RejectionReason.Invalid, Assert.Throws<RejectedException>(() => RequestHost.Require(host)).Reason);

    [Fact]
    public void A_long_host_is_rejected()
    {
        var label = new string('a', 63);
        RequestHost.Require($"{label}.{label}.{label}.{label}");
        Assert.Throws<RejectedException>(() => RequestHost.Require($"{label}.{label}.{label}.{label}:80"));
        Assert.Throws<RejectedException>(() => RequestHost.Require($"{label}a"));
    }
}
