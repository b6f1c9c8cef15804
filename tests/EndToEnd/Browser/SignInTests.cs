using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Browser;

/// <summary>Signing in and out.</summary>
[Collection(nameof(BrowserTests))]
public sealed class SignInTests(RunningBrowser browser, PagesServer server)
{
    [BrowserTheory]
    [InlineData(true)]
    [InlineData(false)]
    public Task A_private_repository_asks_for_sign_in_and_returns_to_the_requested_page(bool hasScripts) =>
        VisitAsync("vault/project/secret-plans/?tab=releases", hasScripts, async shown =>
        {
            await Expect(shown.Page).ToHaveURLAsync(new Regex("/vault/login/\\?next="));
            await SendAsync(shown, "ray", "wrong");
            await Expect(shown.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("password is wrong");
            await shown.SaveScreenshotAsync("sign-in-refused");
            await Expect(shown.Page.GetByLabel("User")).ToHaveValueAsync("ray");
            await SendAsync(shown, "ray", PagesServer.Ray.Password!);
            await Expect(shown.Page).ToHaveURLAsync(new Regex("/vault/project/secret-plans/\\?tab=releases$"));
            await Expect(shown.Page.Locator("header .user")).ToHaveTextAsync("ray");
            await shown.SaveScreenshotAsync("signed-in");

            await shown.Page.Locator("header .account summary").ClickAsync();
            await shown.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
            await Expect(shown.Page).ToHaveURLAsync(new Regex("/vault/login/"));
            await Expect(shown.Page.GetByRole(AriaRole.Status)).ToHaveTextAsync("You are signed out.");
            await shown.GoToAsync(server.PageAt("vault/project/secret-plans/"));
            await Expect(shown.Page.Locator("h1")).ToHaveTextAsync("Sign in");
        });

    [BrowserFact]
    public Task The_header_of_a_public_repository_offers_sign_in() => VisitAsync("team/", true, async shown =>
    {
        await shown.Page.ClickAsync("text=Sign in");
        await SendAsync(shown, "publisher", server.Publisher.Password!);
        await Expect(shown.Page).ToHaveURLAsync(server.FrontPage.AbsoluteUri);
        await Expect(shown.Page.Locator("body")).ToContainTextAsync($"{server.FrontPage} --username publisher dist/*");
    });

    [BrowserTheory]
    [InlineData("//evil.example/")]
    [InlineData("https://evil.example/")]
    [InlineData("https:evil.example")]
    [InlineData("\\\\evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("%2f%2fevil.example")]
    [InlineData("%5cevil.example")]
    [InlineData("javascript:pwned=1")]
    [InlineData("../../evil")]
    [InlineData("\t//evil.example")]
    [InlineData("\"><script>pwned=1</script>")]
    public Task Signing_in_never_leads_to_another_site(string next) =>
        VisitAsync($"vault/login/?next={Uri.EscapeDataString(next)}", true, async shown =>
        {
            await shown.AssertHarmlessAsync();
            await SendAsync(shown, "ray", PagesServer.Ray.Password!);
            await Expect(shown.Page).Not.ToHaveURLAsync(new Regex("/login/"));
            Assert.StartsWith(server.PageAt("vault/").AbsoluteUri, shown.Page.Url, StringComparison.Ordinal);
            await shown.AssertHarmlessAsync();
        });

    [BrowserFact]
    public Task A_session_is_valid_only_in_its_own_repository() =>
        browser.VisitAsync(server.PageAt("vault/"), PagesServer.Ann, async shown =>
        {
            await Expect(shown.Page.Locator("header .user")).ToHaveTextAsync("ann");
            await shown.GoToAsync(server.FrontPage);
            await Expect(shown.Page.Locator("header")).ToContainTextAsync("Sign in");
        });

    Task VisitAsync(string path, bool hasScripts, Func<ShownPage, Task> look) => browser.VisitAsync(
        server.PageAt(path), new() { HasScripts = hasScripts, Refusals = [403, 404] }, look);

    static async Task SendAsync(ShownPage shown, string user, string password)
    {
        await shown.Page.GetByLabel("User").FillAsync(user);
        await shown.Page.GetByLabel("Password").FillAsync(password);
        await shown.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }
}
