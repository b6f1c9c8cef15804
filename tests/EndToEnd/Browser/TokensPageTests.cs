using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Browser;

/// <summary>The page on which a Maintainer makes and revokes tokens.</summary>
[Collection(nameof(BrowserTests))]
public sealed class TokensPageTests(RunningBrowser browser, PagesServer server)
{
    [BrowserTheory]
    [InlineData(true)]
    [InlineData(false)]
    public Task A_token_is_made_shown_once_and_revoked(bool hasScripts) => browser.VisitAsync(
        server.PageAt("team/tokens/"), server.Publisher with { HasScripts = hasScripts }, async shown =>
        {
            var page = shown.Page;
            var name = $"deploy {hasScripts}";
            await page.GetByLabel("Name", new() { Exact = true }).FillAsync(name);
            await page.GetByLabel("Role").SelectOptionAsync("Publisher");
            await page.GetByLabel("Projects", new() { Exact = true }).FillAsync("acme-*");
            await page.GetByRole(AriaRole.Button, new() { Name = "Create token" }).ClickAsync();
            await Expect(page.Locator(".notice[role=status]")).ToContainTextAsync("Copy it now");
            await shown.SaveScreenshotAsync("token-made");
            var token = await page.Locator(".copy code").InnerTextAsync();
            if (hasScripts)
            {
                await page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
                await page.GetByRole(AriaRole.Button, new() { Name = "Copy" }).ClickAsync();
                await Expect(page.Locator(".copy button")).ToHaveTextAsync("Copied");
                Assert.Equal(token, await page.EvaluateAsync<string>("navigator.clipboard.readText()"));
            }
            await page.ReloadAsync();
            await Expect(page.GetByText(name, new() { Exact = true })).ToHaveCountAsync(1);
            await Expect(page.Locator("tbody")).ToContainTextAsync("acme-*");
            await Expect(page.Locator("body")).Not.ToContainTextAsync(token);

            var revoke = page.GetByRole(AriaRole.Button, new() { Name = $"Revoke {name}" });
            await revoke.ClickAsync();
            await Expect(page.Locator(".notice[role=status]")).ToContainTextAsync("is revoked");
            await Expect(revoke).ToHaveCountAsync(0);
        });

    [BrowserFact]
    public Task Invalid_settings_of_a_token_are_explained() => browser.VisitAsync(
        server.PageAt("team/tokens/"), server.Publisher with { Refusals = [400] }, async shown =>
        {
            await shown.Page.GetByLabel("Role").SelectOptionAsync("Maintainer");
            await shown.Page.GetByLabel("Projects", new() { Exact = true }).FillAsync("acme-* beta");
            await shown.Page.GetByLabel("Valid for").FillAsync("9999d");
            await shown.Page.GetByRole(AriaRole.Button, new() { Name = "Create token" }).ClickAsync();
            await Expect(shown.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("at most");
            await Expect(shown.Page.GetByLabel("Valid for")).ToHaveValueAsync("9999d");
            await Expect(shown.Page.GetByLabel("Role")).ToHaveValueAsync("Maintainer");
            await Expect(shown.Page.GetByLabel("Projects", new() { Exact = true })).ToHaveValueAsync("acme-* beta");
        });

    [BrowserFact]
    public Task It_is_not_for_Readers() => browser.VisitAsync(
        server.PageAt("vault/tokens/"), PagesServer.Ray with { Refusals = [403] }, shown =>
            Expect(shown.Page.Locator("h1")).ToHaveTextAsync("Not allowed"));
}
