using Microsoft.Playwright;

namespace EndToEnd.Browser;

/// <summary>The page on which a Maintainer makes and revokes tokens.</summary>
[Collection(nameof(BrowserTests))]
public sealed class TokensPageTests(RunningBrowser browser, PagesServer server) : IClassFixture<PagesServer>
{
    [BrowserTheory]
    [InlineData(false)]
    [InlineData(true)]
    public Task It_has_no_barrier(bool isDark) =>
        browser.VisitAsync(server.TokensPage, Publisher with { IsDark = isDark }, async shown =>
        {
            await shown.SaveScreenshotAsync("tokens");
            await shown.AssertFitsAsync();
            await shown.AssertAccessibleAsync();
        });

    [BrowserFact]
    public Task A_token_is_made_shown_and_revoked_without_scripts() =>
        browser.VisitAsync(server.TokensPage, Publisher with { HasScripts = false }, async shown =>
        {
            await shown.Page.GetByLabel("Name").FillAsync("deploy");
            await shown.Page.GetByText("Make", new() { Exact = true }).ClickAsync();
            await shown.Page.GetByText("Copy it now").WaitForAsync();
            await shown.SaveScreenshotAsync("token-made");
            var revoke = shown.Page.GetByRole(AriaRole.Button, new() { Name = "Revoke" });
            await revoke.ClickAsync();
            await shown.Page.GetByText("is revoked").WaitForAsync();
            Assert.Equal(0, await revoke.CountAsync());
        });

    View Publisher => new() { User = "publisher", Password = server.Password };
}
