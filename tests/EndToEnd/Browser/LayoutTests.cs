using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Browser;

/// <summary>The frame of all pages, on a phone, on paper and elsewhere.</summary>
[Collection(nameof(BrowserTests))]
public sealed class LayoutTests(RunningBrowser browser, PagesServer server)
{
    [BrowserTheory]
    [InlineData("")]
    [InlineData("team/")]
    [InlineData("team/project/")]
    [InlineData("team/project/acme-lib/")]
    [InlineData("team/project/acme-lib/?tab=files")]
    [InlineData("team/project/acme-lib/?tab=dependencies")]
    [InlineData("team/stats/")]
    public Task A_page_needs_no_sideways_scrolling_from_320_to_1920_pixels(string path) =>
        browser.VisitAsync(server.PageAt(path), new() { HasScripts = false }, async shown =>
        {
            foreach (var width in (int[])[320, 600, 1920])
            {
                await shown.Page.SetViewportSizeAsync(width, 800);
                var needed = await shown.Page.EvaluateAsync<int>("document.documentElement.scrollWidth");
                Assert.True(needed <= width, $"{path} at {width} pixels needs {needed}.");
            }
        });

    [BrowserFact]
    public Task A_phone_has_the_navigation_in_a_menu_without_scripts() => browser.VisitAsync(
        server.FrontPage, new() { HasScripts = false, IsNarrow = true }, async shown =>
        {
            var link = shown.Page.GetByRole(AriaRole.Link, new() { Name = "Statistics" });
            await Expect(link).ToHaveCountAsync(0);
            await shown.Page.GetByText("Menu", new() { Exact = true }).ClickAsync();
            await link.ClickAsync();
            await Expect(shown.Page).ToHaveURLAsync(server.PageAt("team/stats/").AbsoluteUri);
        });

    [BrowserFact]
    public Task The_navigation_says_which_part_is_shown() =>
        browser.VisitAsync(server.PageAt("team/project/acme-lib/"), new(), async shown =>
        {
            var current = shown.Page.Locator(".sections a[aria-current]");
            await Expect(current).ToHaveTextAsync("Projects");
            await shown.GoToAsync(server.PageAt("team/stats/"));
            await Expect(current).ToHaveTextAsync("Statistics");
        });

    [BrowserFact]
    public Task A_printed_project_has_its_text_and_no_controls() =>
        browser.VisitAsync(server.PageAt("team/project/acme-lib/"), new() { IsDark = true }, async shown =>
        {
            await shown.Page.EmulateMediaAsync(new() { Media = Media.Print });
            await Expect(shown.Page.Locator(".description")).ToBeVisibleAsync();
            foreach (var part in (string[])[".search", ".sections", ".tabs", ".copy button"])
                await Expect(shown.Page.Locator(part).First).ToBeHiddenAsync();
            Assert.Equal("rgb(255, 255, 255)", await shown.Page.EvaluateAsync<string>(
                "getComputedStyle(document.body).backgroundColor"));
            await shown.SaveScreenshotAsync("print");
        });

    [BrowserFact]
    public Task The_footer_has_the_index_the_API_and_the_documentation() =>
        browser.VisitAsync(server.FrontPage, new(), async shown =>
        {
            await Expect(shown.Page.Locator("footer")).ToContainTextAsync($"{server.FrontPage}simple/");
            await Expect(shown.Page.GetByRole(AriaRole.Link, new() { Name = "Documentation" })).ToBeVisibleAsync();
            var answer = await shown.Page.APIRequest.GetAsync(new Uri(
                server.FrontPage, (await shown.Page.GetByRole(AriaRole.Link, new() { Name = "API" })
                    .GetAttributeAsync("href"))!).AbsoluteUri);
            Assert.Equal(200, answer.Status);
        });
}
