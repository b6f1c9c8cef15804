using System.Net;
using System.Text.RegularExpressions;
using EndToEnd.Serving;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Browser;

/// <summary>A person who meets a failure stays on pages, and is told what to do.</summary>
[Collection(nameof(BrowserTests))]
public sealed class FailureTests(RunningBrowser browser, PagesServer server)
{
    [BrowserTheory]
    [InlineData("nowhere/", 404, "There is no repository at '/nowhere/'.")]
    [InlineData("team/nothing/here", 404, "There is nothing at '/team/nothing/here'.")]
    [InlineData("team/@2026-13-45/simple/", 404, "There is nothing at '/team/@2026-13-45/simple/'.")]
    [InlineData("team/simple/no-such-project/", 404, "no-such-project")]
    [InlineData("team/packages/acme-lib/nothing.whl", 404, "nothing.whl")]
    [InlineData("asleep/", 503, "'asleep' is suspended.")]
    [InlineData("asleep/simple/x/", 503, "'asleep' is suspended.")]
    [InlineData("vault/upload/", 403, "'ray' may not do this in 'vault'.")]
    public Task It_is_told_on_a_page_with_a_way_back(string path, int status, string why) => browser.VisitAsync(
        server.PageAt(path), (path.StartsWith("vault", StringComparison.Ordinal) ? PagesServer.Ray : new View()) with
        {
            Refusals = [status],
        }, async shown =>
        {
            await Expect(shown.Page.Locator("main")).ToContainTextAsync(why);
            await Expect(shown.Page.Locator("header .brand")).ToBeVisibleAsync();
            await Expect(shown.Page.Locator("main a")).ToHaveCountAsync(1);
            await shown.SaveScreenshotAsync($"failure-{status}");
            await shown.AssertAccessibleAsync();
        });

    [BrowserTheory]
    [InlineData("vault/api/v1/statistics?format=csv&by=day")]
    [InlineData("vault/packages/secret-plans/secret_plans-1.0-py3-none-any.whl.metadata")]
    [InlineData("vault/simple/secret-plans/")]
    public Task A_link_to_what_is_no_page_asks_for_sign_in_and_leads_there(string path) => browser.VisitAsync(
        server.PageAt(path), new View { Refusals = [401] }, async shown =>
        {
            // What programs ask for is 401, whoever asks. A person gets a page with the way on.
            await shown.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in" }).ClickAsync();
            await Expect(shown.Page).ToHaveURLAsync(new Regex("/vault/login/\\?next="));
            await shown.Page.GetByLabel("User").FillAsync("ray");
            await shown.Page.GetByLabel("Password").FillAsync(PagesServer.Ray.Password!);
            var answered = shown.Page.WaitForResponseAsync(answer => answer.Url == server.PageAt(path).AbsoluteUri);
            try
            {
                await shown.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
            }
            catch (PlaywrightException)
            {
                // What is no page is downloaded.
            }
            Assert.Equal(200, (await answered).Status);
        });

    [BrowserFact]
    public Task When_the_session_has_ended_an_upload_says_so_and_leads_to_sign_in() => browser.VisitAsync(
        server.PageAt("team/upload/"), server.Publisher with { Refusals = [401] }, async shown =>
        {
            await shown.Page.Context.ClearCookiesAsync();
            var wheel = TestWheel.Create("after-the-end", "1.0");
            await shown.Page.SetInputFilesAsync(
                "input[type=file]", new FilePayload { Name = wheel.FileName, MimeType = "", Buffer = wheel.Bytes });
            await shown.Page.GetByRole(AriaRole.Button, new() { Name = "Upload files" }).ClickAsync();
            await Expect(shown.Page.Locator("#uploads li")).ToContainTextAsync("Your session has ended.");
            await shown.Page.Locator("#uploads a").ClickAsync();
            await Expect(shown.Page).ToHaveURLAsync(new Regex("/team/login/\\?next=upload"));
        });

    [BrowserFact]
    public Task When_the_session_has_ended_a_search_leads_to_sign_in() => browser.VisitAsync(
        server.PageAt("vault/search/"), PagesServer.Ray with { Refusals = [401] }, async shown =>
        {
            await shown.Page.Context.ClearCookiesAsync();
            await shown.Page.GetByLabel("Search projects").FillAsync("secret");
            await Expect(shown.Page).ToHaveURLAsync(new Regex("/vault/login/"));
        });

    [BrowserFact]
    public Task A_script_is_never_asked_for_a_password_by_the_browser() => browser.VisitAsync(
        server.PageAt("team/"), new View { Refusals = [401] }, async shown =>
        {
            var challenge = await shown.Page.EvaluateAsync<string?>(
                "async () => (await fetch('/vault/api/v1/tokens')).headers.get('WWW-Authenticate')");
            Assert.Null(challenge);
        });

    [BrowserTheory]
    [InlineData("team/project/acme-lib/?done=deleted&tab=manage")]
    [InlineData("team/tokens/?done=revoked")]
    [InlineData("team/retention/?deleted=1000")]
    public Task A_link_plants_no_message(string path) => browser.VisitAsync(
        server.PageAt(path), server.Publisher, async shown =>
            await Expect(shown.Page.Locator(".notice.good")).ToHaveCountAsync(0));

    [BrowserFact]
    public Task A_reload_after_an_upload_neither_repeats_it_nor_its_message() => browser.VisitAsync(
        server.PageAt("team/upload/"), server.Publisher with { HasScripts = false }, async shown =>
        {
            var wheel = TestWheel.Create("reloaded", "1.0");
            await shown.Page.SetInputFilesAsync(
                "input[type=file]", new FilePayload { Name = wheel.FileName, MimeType = "", Buffer = wheel.Bytes });
            await shown.Page.GetByRole(AriaRole.Button, new() { Name = "Upload files" }).ClickAsync();
            await Expect(shown.Page.Locator(".notice.good")).ToHaveTextAsync("The file is uploaded.");
            await shown.Page.ReloadAsync();
            await Expect(shown.Page.Locator(".notice.good")).ToHaveCountAsync(0);
        });

    [BrowserFact]
    public Task Signing_out_ends_the_session_for_a_copy_of_its_cookie_too() => browser.VisitAsync(
        server.PageAt("vault/"), PagesServer.Ray, async shown =>
        {
            var cookies = await shown.Page.Context.CookiesAsync();
            var session = cookies.Single(cookie => cookie.Name == "pyrepo-session-vault");
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(session));
            await shown.Page.Locator("header .account summary").ClickAsync();
            await shown.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
            await Expect(shown.Page).ToHaveURLAsync(new Regex("/vault/login/"));
            // Base64 may be padded, and is the same bytes then.
            foreach (var padding in (string[])["", "=", "=="])
            {
                session.Value += padding;
                Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(session));
            }
        });

    [BrowserTheory]
    [InlineData("ray")]
    [InlineData("nobody")]
    public Task After_many_wrong_passwords_the_form_says_how_long_to_wait(string user) => browser.VisitAsync(
        server.PageAt("throttled/login/"), new View { Refusals = [403, 429] }, async shown =>
        {
            var alert = shown.Page.GetByRole(AriaRole.Alert);
            for (var i = 0; i < 20; i++)
            {
                await shown.Page.GetByLabel("User").FillAsync(user);
                await shown.Page.GetByLabel("Password").FillAsync($"wrong {i}");
                await shown.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
                if ((await alert.InnerTextAsync()).Contains("Try again in", StringComparison.Ordinal))
                    return;
            }
            Assert.Fail(await alert.InnerTextAsync());
        });

    async Task<HttpStatusCode> StatusAsync(BrowserContextCookiesResult session)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, server.PageAt("vault/simple/"));
        request.Headers.Add("Cookie", $"{session.Name}={session.Value}");
        using var answer = await server.Server.Http.SendAsync(request);
        return answer.StatusCode;
    }
}
