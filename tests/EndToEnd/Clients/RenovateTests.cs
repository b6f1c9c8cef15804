using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace EndToEnd.Clients;

/// <summary>
/// The requests of Renovate's PyPI data source, and what it reads in the answers. It is a service that needs a forge, so
/// that the real one cannot be run here.
/// </summary>
public sealed class RenovateTests(PrivateServer server) : IClassFixture<PrivateServer>
{
    const string Accept =
        "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01";

    static readonly AuthenticationHeaderValue _reader = TwineForm.Basic("reader", PrivateServer.Password);

    /// <summary>A <c>registryUrl</c> that ends with <c>/simple/</c>.</summary>
    [Fact]
    public async Task The_page_of_a_project_tells_versions_dates_and_yanks()
    {
        using var answer = await AskAsync(new Uri($"{server.Index}{PrivateServer.Project}/"), Accept, _reader);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("json", answer.Content.Headers.ContentType!.MediaType!, StringComparison.Ordinal);
        var file = Assert.Single((await ReadAsync(answer)).GetProperty("files").EnumerateArray());
        Assert.StartsWith("secret_project-1.0-", file.GetProperty("filename").GetString(), StringComparison.Ordinal);
        var now = DateTimeOffset.UtcNow;
        Assert.InRange(file.GetProperty("upload-time").GetDateTimeOffset(), now.AddHours(-1), now);
        Assert.False(file.TryGetProperty("yanked", out var yanked) && yanked.ValueKind is not JsonValueKind.False);
    }

    /// <summary>A <c>registryUrl</c> that ends with <c>/pypi/</c>.</summary>
    [Fact]
    public async Task The_JSON_API_of_a_project_tells_versions_dates_and_yanks()
    {
        var url = new Uri(new Uri(server.Index), $"../pypi/{PrivateServer.Project}/json");
        using var answer = await AskAsync(url, "application/json", _reader);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var file = Assert.Single((await ReadAsync(answer)).GetProperty("releases").GetProperty("1.0").EnumerateArray());
        Assert.True(DateTimeOffset.TryParse(file.GetProperty("upload_time").GetString(), out _));
        Assert.Equal(JsonValueKind.False, file.GetProperty("yanked").ValueKind);
    }

    /// <summary>It takes 404 for "look elsewhere", and any other failure for one that ends the run.</summary>
    [Fact]
    public async Task An_unknown_project_is_404_and_missing_credentials_are_401()
    {
        using var unknown = await AskAsync(new Uri($"{server.Index}unknown/"), Accept, _reader);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        using var anonymous = await AskAsync(new Uri($"{server.Index}{PrivateServer.Project}/"), Accept, null);
        Assert.Equal(HttpStatusCode.Unauthorized, anonymous.StatusCode);
    }

    async Task<HttpResponseMessage> AskAsync(Uri url, string accept, AuthenticationHeaderValue? credentials)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.TryAddWithoutValidation("User-Agent", "RenovateBot/43.0.0");
        request.Headers.TryAddWithoutValidation("Accept", accept);
        request.Headers.Authorization = credentials;
        return await server.Server.Http.SendAsync(request);
    }

    static async Task<JsonElement> ReadAsync(HttpResponseMessage answer) =>
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
}
