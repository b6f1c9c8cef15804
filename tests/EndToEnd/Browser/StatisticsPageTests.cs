using EndToEnd.Serving;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Browser;

/// <summary>The downloads of a repository and of a project.</summary>
[Collection(nameof(BrowserTests))]
public sealed class StatisticsPageTests(RunningBrowser browser, PagesServer server)
{
    [BrowserFact]
    public async Task Downloads_are_drawn_in_pixels_listed_by_day_and_shown_for_longer_ranges()
    {
        using (var download = await server.Server.GetAsync("many/packages/tiny-001/tiny_001-1.0-py3-none-any.whl"))
            Assert.True(download.IsSuccessStatusCode);
        var view = new View { HasScripts = false, IsNarrow = true };
        await browser.VisitAsync(server.PageAt("many/stats/"), view, async shown =>
        {
            var page = shown.Page;
            await Expect(page.Locator("main")).ToContainTextAsync("1 download in the last 30 days");
            Assert.Equal("12px", await page.EvaluateAsync<string>(
                "getComputedStyle(document.querySelector('.chart text')).fontSize"));
            Assert.True(await page.EvaluateAsync<bool>("""
                () => { const chart = document.querySelector(".chart");
                    return chart.getBoundingClientRect().height == chart.getAttribute("height"); }
                """));
            await Expect(page.Locator(".chart rect[height] title")).ToHaveCountAsync(30);
            await page.GetByText("The days as a table").ClickAsync();
            await Expect(page.Locator("details tbody tr").First).ToContainTextAsync("1");
            await shown.SaveScreenshotAsync("statistics-days");
            await page.GetByRole(AriaRole.Link, new() { Name = "90 days" }).ClickAsync();
            await Expect(page.Locator("main")).ToContainTextAsync("1 download in the last 90 days");
            await page.ClickAsync("a:has-text('tiny-001')");
            await Expect(page.Locator("h1")).ToHaveTextAsync("tiny-001 1.0");
            await Expect(page.Locator("aside .spark")).ToHaveCountAsync(1);
            await page.ClickAsync(".tabs a:text('Statistics')");
            await Expect(page.Locator("main")).ToContainTextAsync("By version");
        });
        await browser.VisitAsync(server.PageAt("many/"), view, shown =>
            Expect(shown.Page.Locator(".ranking")).ToContainTextAsync("tiny-001 1"));
    }
}
