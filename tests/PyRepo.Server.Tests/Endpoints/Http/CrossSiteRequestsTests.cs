using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Http;

namespace PyRepo.Server.Tests.Endpoints.Http;

public sealed class CrossSiteRequestsTests
{
    const string Own = "https://pypi.example.com/python/";

    [Theory]
    [InlineData("", "", false)]
    [InlineData("none", "", false)]
    [InlineData("same-origin", "", false)]
    [InlineData("same-origin", "http://behind.a.proxy", false)]
    [InlineData("same-site", "", true)]
    [InlineData("cross-site", "https://pypi.example.com", true)]
    [InlineData("cross-site,same-origin", "", true)]
    [InlineData("", "https://pypi.example.com", false)]
    [InlineData("", "https://PyPI.example.com:443", false)]
    [InlineData("", "http://pypi.example.com", true)]
    [InlineData("", "https://pypi.example.com:8443", true)]
    [InlineData("", "https://pypi.example.com.evil.org", true)]
    [InlineData("", "https://pypi.example.com@evil.org", true)]
    [InlineData("", "null", true)]
    [InlineData("", "/", true)]
    public void A_browser_tells_which_site_sent_a_request(string fetchSite, string origin, bool isCrossSite) =>
        Assert.Equal(isCrossSite, CrossSiteRequests.IsCrossSite(fetchSite, origin, Own));

    [Fact]
    public void The_own_origin_is_the_requests_or_the_declared_one()
    {
        var request = RequestFor.From(RequestFor.Repository(), ("Origin", "https://pypi.example.com"));
        var refused = Assert.Throws<RejectedException>(() => CrossSiteRequests.Reject(request));
        Assert.Equal(RejectionReason.Forbidden, refused.Reason);
        (request.Context.Request.Scheme, request.Context.Request.Host) = ("https", new("pypi.example.com"));
        CrossSiteRequests.Reject(request);
        CrossSiteRequests.Reject(RequestFor.From(
            RequestFor.Repository() with { DeclaredOrigin = "https://declared.example.com" },
            ("Origin", "https://declared.example.com")));
    }
}
