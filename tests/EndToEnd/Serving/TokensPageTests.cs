using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace EndToEnd.Serving;

/// <summary>The page on which a Maintainer makes and revokes tokens with a browser, without scripts.</summary>
[Trait("Calendar", "later")]
public sealed partial class TokensPageTests : IAsyncLifetime
{
    PyRepoServer? _server;

    PyRepoServer Server => _server!;

    AuthenticationHeaderValue Publisher => TwineForm.Basic("publisher", Server.GetPassword("team"));

    public async ValueTask InitializeAsync() => _server = await PyRepoServer.StartAsync("""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: team }
        """);

    public async ValueTask DisposeAsync() => await Server.DisposeAsync();

    [Fact]
    public async Task A_token_is_made_shown_once_and_revoked()
    {
        var (status, page) = await SendAsync(
            Publisher, ("name", "<ci>"), ("role", "Publisher"), ("projects", "acme-*, other"), ("expiresIn", "30d"));
        Assert.Equal(HttpStatusCode.OK, status);
        var token = Token().Match(page).Value;
        Assert.Contains("&lt;ci&gt;", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await UploadAsync("acme-lib", token));
        Assert.Equal(HttpStatusCode.Forbidden, await UploadAsync("lib", token));

        (_, page) = await SendAsync(Publisher);
        Assert.DoesNotContain(token, page, StringComparison.Ordinal);
        Assert.Contains("acme-*, other", page, StringComparison.Ordinal);
        (status, page) = await SendAsync(Publisher, ("revoke", token.Split('_')[1]));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.DoesNotContain("&lt;ci&gt;", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, await UploadAsync("acme-lib", token));
    }

    [Fact]
    public async Task A_browser_must_send_the_password_and_another_site_cannot_create_a_token()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(null)).Status);
        using var request = RequestFor(Publisher, [("role", "Maintainer")]);
        request.Headers.Add("Sec-Fetch-Site", "cross-site");
        using var answer = await Server.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.DoesNotContain("Revoke", (await SendAsync(Publisher)).Page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("role", "Owner", "The role must be")]
    [InlineData("role", "2", "The role must be")]
    [InlineData("expiresIn", "9999d", "at most")]
    [InlineData("projects", "a/b", "not a project name")]
    public async Task Invalid_settings_of_a_token_are_explained(string field, string value, string message)
    {
        (string, string)[] form = field == "role" ? [(field, value)] : [("role", "Reader"), (field, value)];
        var (status, page) = await SendAsync(Publisher, form);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(message, page, StringComparison.Ordinal);
    }

    async Task<(HttpStatusCode Status, string Page)> SendAsync(
        AuthenticationHeaderValue? credentials, params (string Name, string Value)[] form)
    {
        using var request = RequestFor(credentials, form);
        using var answer = await Server.Http.SendAsync(request);
        // A form that was accepted leads to the page, which says so.
        return answer.StatusCode is HttpStatusCode.SeeOther
            ? await SendAsync(credentials)
            : (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    HttpRequestMessage RequestFor(AuthenticationHeaderValue? credentials, (string Name, string Value)[] form)
    {
        var request = new HttpRequestMessage(
            form.Length == 0 ? HttpMethod.Get : HttpMethod.Post, new Uri(Server.GetUrl("team"), "tokens/"));
        if (form.Length > 0)
        {
            request.Content = new FormUrlEncodedContent(
                form.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        }
        request.Headers.Authorization = credentials;
        return request;
    }

    async Task<HttpStatusCode> UploadAsync(string project, string token)
    {
        using var answer = await TwineForm.SendAsync(
            Server.Http, Server.GetUrl("team"), TwineForm.From(TestWheel.Create(project, "1.0")),
            TwineForm.Basic("__token__", token));
        return answer.StatusCode;
    }

    [GeneratedRegex("pyrepo_[0-9a-z]{12}_[0-9a-z]{50}", RegexOptions.CultureInvariant)]
    private static partial Regex Token();
}
