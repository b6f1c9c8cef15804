namespace EndToEnd.Browser;

/// <summary>The front page of a repository.</summary>
[Collection(nameof(BrowserTests))]
public sealed class FrontPageTests(RunningBrowser browser, PagesServer server) : IClassFixture<PagesServer>
{
    [BrowserTheory]
    [InlineData(false)]
    [InlineData(true)]
    public Task It_has_no_barrier(bool isDark) =>
        browser.VisitAsync(server.FrontPage, new() { IsDark = isDark }, async shown =>
        {
            await shown.SaveScreenshotAsync("front-page");
            await shown.AssertFitsAsync();
            await shown.AssertAccessibleAsync();
        });

    [BrowserFact]
    public Task It_fits_the_screen_of_a_phone() =>
        browser.VisitAsync(server.FrontPage, new() { IsNarrow = true }, async shown =>
        {
            await shown.SaveScreenshotAsync("front-page");
            await shown.AssertFitsAsync();
        });

    [BrowserFact]
    public Task It_says_how_to_install_and_what_there_is_without_scripts() =>
        browser.VisitAsync(server.FrontPage, new() { HasScripts = false }, async shown =>
        {
            await shown.SaveScreenshotAsync("front-page");
            Assert.Contains("pip install", await shown.Page.InnerTextAsync("body"), StringComparison.Ordinal);
            Assert.Equal(1, await shown.Page.Locator("a", new() { HasTextString = "zebra" }).CountAsync());
        });

    [BrowserFact]
    public Task It_is_all_that_the_browser_asks_for() =>
        browser.VisitAsync(server.FrontPage, new(), shown =>
        {
            Assert.Equal([server.FrontPage.AbsoluteUri], shown.Requests);
            return Task.CompletedTask;
        });

    [BrowserFact]
    public Task A_project_can_be_opened() => browser.VisitAsync(server.FrontPage, new(), async shown =>
    {
        await shown.Page.ClickAsync("text=zebra");
        await shown.Page.WaitForURLAsync("**/zebra/");
        Assert.Contains("zebra", await shown.Page.TitleAsync(), StringComparison.Ordinal);
    });
}
