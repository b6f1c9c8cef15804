using System.Net;

namespace EndToEnd.Serving;

/// <summary>A page of another site cannot use what a browser knows, for example a remembered password.</summary>
public sealed class CrossSiteTests(FilesServer fixture) : IClassFixture<FilesServer>
{
    const string Team = "team";
    readonly PyRepoServer _server = fixture.Server;

    [Theory]
    [InlineData("cross-site", null, true)]
    [InlineData("same-site", null, true)]
    [InlineData("cross-site", "OWN", true)]
    [InlineData("nonsense", null, true)]
    [InlineData(null, "https://evil.example.com", true)]
    [InlineData(null, "null", true)]
    [InlineData(null, "nonsense", true)]
    [InlineData(null, "http://127.0.0.1", true)]
    [InlineData(null, "OWN", false)]
    [InlineData("same-origin", "OWN", false)]
    [InlineData("same-origin", null, false)]
    [InlineData("none", null, false)]
    [InlineData(null, null, false)]
    public async Task A_cross_site_request_changes_nothing(string? site, string? origin, bool isRejected)
    {
        var wheel = TestWheel.Create($"cross-{Guid.NewGuid():N}", "1.0");
        await ExpectAsync(
            HttpMethod.Post, "", TwineForm.From(wheel), isRejected ? HttpStatusCode.Forbidden : HttpStatusCode.OK);
        Assert.NotEqual(isRejected, await _server.ServesAsync(Team, wheel));
        if (isRejected)
            await _server.MustTakeAsync(Team, wheel);
        await ExpectAsync(
            HttpMethod.Delete, $"api/v1/projects/{wheel.Project}/files/{wheel.FileName}", null,
            isRejected ? HttpStatusCode.Forbidden : HttpStatusCode.NoContent);
        Assert.Equal(isRejected, await _server.ServesAsync(Team, wheel));
        await ExpectAsync(HttpMethod.Get, $"simple/{wheel.Project}/", null, HttpStatusCode.OK);

        async Task ExpectAsync(HttpMethod method, string path, HttpContent? body, HttpStatusCode status)
        {
            using var request = new HttpRequestMessage(
                method, new Uri(_server.GetUrl(Team), path))
            { Content = body };
            request.Headers.Authorization = TwineForm.Publisher(_server, Team);
            if (site is not null)
                request.Headers.Add("Sec-Fetch-Site", site);
            if (origin is not null)
            {
                request.Headers.Add(
                    "Origin", origin.Replace("OWN", _server.Url.ToString().TrimEnd('/'), StringComparison.Ordinal));
            }
            using var answer = await _server.Http.SendAsync(request);
            Assert.True(answer.StatusCode == status, $"{method}: {(int)answer.StatusCode} {answer.ReasonPhrase}");
        }
    }
}
