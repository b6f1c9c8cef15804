using System.Net;

namespace EndToEnd.Serving;

/// <summary>The management port is for probes, the operator and people on the machine.</summary>
public sealed class ManagementPortTests(TeamServer fixture) : IClassFixture<TeamServer>
{
    [Theory]
    [InlineData("localhost", HttpStatusCode.OK)]
    [InlineData("10.0.0.7:8081", HttpStatusCode.OK)]
    [InlineData("evil.example", HttpStatusCode.Forbidden)]
    public async Task DNS_rebinding_cannot_read_the_status(string host, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri(fixture.Server.Management, "status"));
        request.Headers.Host = host;
        using var answer = await fixture.Server.Http.SendAsync(request);
        Assert.Equal(status, answer.StatusCode);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Equal(status == HttpStatusCode.OK, text.Contains("repositories", StringComparison.Ordinal));
    }
}
