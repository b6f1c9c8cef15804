using System.Net;
using EndToEnd.Serving;

namespace EndToEnd.Browser;

/// <summary>A page of another site cannot use the session of a browser.</summary>
[Collection(nameof(BrowserTests))]
public sealed class ForeignFormTests(PagesServer server)
{
    [BrowserTheory]
    [InlineData("POST", "project/zebra/")]
    [InlineData("POST", "upload/")]
    [InlineData("POST", "login/")]
    [InlineData("POST", "logout/")]
    [InlineData("POST", "tokens/")]
    [InlineData("POST", "retention/")]
    [InlineData("POST", "")]
    [InlineData("POST", "legacy/")]
    [InlineData("POST", "api/v1/tokens")]
    [InlineData("DELETE", "api/v1/tokens/abc")]
    [InlineData("PUT", "api/v1/projects/zebra/releases/1.0/yank")]
    [InlineData("DELETE", "api/v1/projects/zebra/releases/1.0/yank")]
    [InlineData("PUT", "api/v1/projects/zebra/status")]
    [InlineData("DELETE", "api/v1/projects/zebra/releases/1.0")]
    [InlineData("DELETE", "api/v1/projects/zebra/files/zebra-1.0.tar.gz")]
    [InlineData("DELETE", "api/v1/projects/zebra")]
    public async Task A_form_of_another_site_changes_nothing(string method, string path)
    {
        var session = await SignInAsync();
        foreach (var (header, value) in ((string, string)[])[
            ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-site"),
            ("Origin", "https://evil.example"), ("Origin", "null")])
        {
            using var answer = await SendAsync(method, path, session, header, value);
            Assert.True(answer.StatusCode == HttpStatusCode.Forbidden, $"{header}: {value}: {answer.StatusCode}");
            Assert.False(answer.Headers.Contains("Set-Cookie"));
        }
        using var page = await server.Server.GetAsync("team/simple/zebra/");
        Assert.Contains("zebra-1.0.tar.gz", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task The_session_works_on_the_servers_own_pages()
    {
        var session = await SignInAsync();
        using var answer = await SendAsync("POST", "project/zebra/", session, "Sec-Fetch-Site", "same-origin");
        // The form is empty.
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [BrowserFact]
    public async Task The_cookie_is_hidden_from_scripts_and_other_sites()
    {
        using var answer = await LogInAsync();
        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie")).ToLowerInvariant();
        foreach (var part in (string[])["; path=/team/", "; samesite=lax", "; httponly"])
            Assert.Contains(part, cookie, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Publisher.Password!, cookie, StringComparison.OrdinalIgnoreCase);
    }

    async Task<HttpResponseMessage> SendAsync(string method, string path, string session, string header, string value)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(server.FrontPage, path));
        request.Content = new FormUrlEncodedContent([]);
        request.Headers.Add("Accept", "text/html");
        request.Headers.Add("Cookie", session);
        request.Headers.Add(header, value);
        return await server.Server.Http.SendAsync(request);
    }

    async Task<string> SignInAsync()
    {
        using var answer = await LogInAsync();
        return Assert.Single(answer.Headers.GetValues("Set-Cookie")).Split(';')[0];
    }

    async Task<HttpResponseMessage> LogInAsync()
    {
        using var form = new FormUrlEncodedContent([
            new("user", server.Publisher.User!), new("password", server.Publisher.Password!)]);
        return await server.Server.Http.PostAsync(new Uri(server.FrontPage, "login/"), form);
    }
}
