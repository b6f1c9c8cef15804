using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Browser;

/// <summary>Links to our pages that attack whoever follows them, and what the pages allow a browser at all.</summary>
[Collection(nameof(BrowserTests))]
public sealed class HostileUrlTests(RunningBrowser browser, PagesServer server)
{
    const string Break = "'\"></title></bdi></textarea><script>pwned=1</script><img src=x onerror=pwned=1>";

    [BrowserTheory]
    [InlineData("team/search/?q=BREAK", true)]
    [InlineData("team/project/?page=BREAK", true)]
    [InlineData("team/project/acme-lib/?done=BREAK&q=BREAK", true)]
    [InlineData("team/project/acme-lib/BREAK/", true)]
    [InlineData("team/project/BREAK/", true)]
    [InlineData("team/BREAK", true)]
    [InlineData("BREAK/", true)]
    [InlineData("vault/login/?next=BREAK&q=BREAK", true)]
    [InlineData("team/search/?q=BREAK", false)]
    public Task Text_from_the_URL_is_shown_as_plain_text(string path, bool hasScripts) => browser.VisitAsync(
        server.PageAt(path.Replace("BREAK", Uri.EscapeDataString(Break), StringComparison.Ordinal)),
        new() { HasScripts = hasScripts, Refusals = [400, 404] }, shown => shown.AssertHarmlessAsync());

    [BrowserFact]
    public Task Search_input_is_shown_as_plain_text() =>
        browser.VisitAsync(server.PageAt("team/search/"), new(), async shown =>
        {
            await shown.Page.GetByRole(AriaRole.Searchbox).FillAsync($"xyzzy {Break}");
            await Expect(shown.Page.Locator("#results p").First).ToContainTextAsync("No projects for");
            await shown.AssertHarmlessAsync();
            Assert.Contains("<script>", await shown.Page.InnerTextAsync("#results"), StringComparison.Ordinal);
        });

    [BrowserTheory]
    [InlineData("")]
    [InlineData("team/")]
    [InlineData("team/project/")]
    [InlineData("team/project/acme-lib/")]
    [InlineData("team/search/?q=acme")]
    [InlineData("team/login/")]
    [InlineData("team/upload/")]
    [InlineData("team/project/nothing/")]
    [InlineData("team/project/acme-lib/9.9/")]
    [InlineData("team/project/?page=99")]
    [InlineData("team/nothing/at/all")]
    [InlineData("team/logout/")]
    [InlineData("nothing/")]
    public async Task Every_page_has_a_Content_Security_Policy_against_injected_scripts(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, server.PageAt(path));
        request.Headers.Add("Accept", "text/html");
        using var answer = await server.Server.Http.SendAsync(request);
        if (answer.Content.Headers.ContentType is not { MediaType: "text/html" })
        {
            Assert.True((int)answer.StatusCode >= 300, $"{answer.StatusCode}");
            Assert.True(answer.Content.Headers.ContentType is null or { MediaType: "text/plain" });
            return;
        }
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; ", policy, StringComparison.Ordinal);
        foreach (var part in "form-action 'self'|base-uri 'none'|frame-ancestors 'none'".Split('|'))
            Assert.Contains(part, policy, StringComparison.Ordinal);
        // A page without a repository has no script at all.
        Assert.Equal(
            policy.Contains("script-src", StringComparison.Ordinal),
            policy.Contains("script-src 'nonce-", StringComparison.Ordinal));
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
    }
}
