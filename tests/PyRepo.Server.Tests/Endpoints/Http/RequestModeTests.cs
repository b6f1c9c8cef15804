using PyRepo.Server.Endpoints.Http;

namespace PyRepo.Server.Tests.Endpoints.Http;

public sealed class RequestModeTests
{
    const string Browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8";

    const string Pip =
        "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01";

    [Theory]
    [InlineData("navigate", "", Browser, RequestMode.Navigation)]
    [InlineData("", "", Browser, RequestMode.Navigation)] // Without TLS, browsers send no Fetch Metadata.
    [InlineData("cors", "", "application/json", RequestMode.Script)]
    [InlineData("no-cors", "", "*/*", RequestMode.Script)]
    [InlineData("", "pyrepo", "text/html", RequestMode.Script)]
    [InlineData("", "", Pip, RequestMode.Client)]
    [InlineData("", "", "text/html", RequestMode.Client)] // pip before 22.
    [InlineData("", "", "*/*", RequestMode.Client)]
    [InlineData("", "", "text/html, image/gif, image/jpeg, */*; q=0.2", RequestMode.Client)] // Java.
    [InlineData("", "", "application/vnd.pypi.simple.v1+html, text/html", RequestMode.Client)]
    [InlineData("", "", "text/html, application/xhtml+xml;q=0", RequestMode.Client)]
    [InlineData("", "", "text/html, text/x-application/xhtml+xml", RequestMode.Client)]
    [InlineData("navigate", "", "*/*", RequestMode.Navigation)]
    [InlineData("", "", "", RequestMode.Client)]
    [InlineData("", "", "application/vnd.pypi.simple.v1+json, text/html;q=0", RequestMode.Client)]
    internal void Its_headers_tell_who_sends_a_request(string fetch, string script, string accept, RequestMode mode) =>
        Assert.Equal(mode, RequestModes.Of(fetch, script, accept));
}
