using EndToEnd.Serving;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Browser;

/// <summary>The page that lists what retention removes next.</summary>
[Collection(nameof(BrowserTests))]
public sealed class RetentionPageTests(RunningBrowser browser, PagesServer server)
{
    [BrowserTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_button_deletes_exactly_the_listed_releases(bool hasScripts)
    {
        const string project = "aged";
        var repository = hasScripts ? "old" : "older";
        foreach (var version in (string[])["1.0", "2.0", "3.0"])
            await server.Server.MustTakeAsync(repository, TestWheel.Create(project, version));
        var view = server.GetPublisher(repository) with { HasScripts = hasScripts };
        await browser.VisitAsync(server.PageAt($"{repository}/"), view, async shown =>
        {
            var page = shown.Page;
            await page.GetByRole(AriaRole.Link, new() { Name = "Retention" }).ClickAsync();
            await Expect(page.Locator("tbody tr")).ToHaveCountAsync(2);
            await Expect(page.Locator("tbody")).ToContainTextAsync($"{project} 1.0");
            await Expect(page.Locator("tbody")).ToContainTextAsync("It is not the newest version.");
            await shown.SaveScreenshotAsync("retention");
            if (hasScripts)
                await shown.AssertAccessibleAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Delete 2 releases now" }).ClickAsync();
            await Expect(page.Locator(".notice[role=status]")).ToHaveTextAsync("2 releases deleted.");
            await Expect(page.Locator("main")).ToContainTextAsync("At present, it would remove nothing.");
        });
        Assert.Equal(["3.0"], (await ProjectPage.ReadAsync(server.Server, repository, project))!.Versions);
    }

    [BrowserFact]
    public async Task A_release_that_was_not_listed_is_not_deleted()
    {
        const string project = "moving";
        foreach (var version in (string[])["1.0", "2.0"])
            await server.Server.MustTakeAsync("oldest", TestWheel.Create(project, version));
        var view = server.GetPublisher("oldest") with { Refusals = [409] };
        await browser.VisitAsync(server.PageAt("oldest/retention/"), view, async shown =>
        {
            var page = shown.Page;
            await Expect(page.Locator("tbody tr")).ToHaveCountAsync(1);
            await server.Server.MustTakeAsync("oldest", TestWheel.Create(project, "3.0"));
            await page.GetByRole(AriaRole.Button, new() { Name = "Delete 1 release now" }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Alert)).ToHaveTextAsync(
                "The list has changed meanwhile. Nothing was deleted.");
            await Expect(page.Locator("tbody tr")).ToHaveCountAsync(2);
        });
        Assert.Equal(
            ["1.0", "2.0", "3.0"], (await ProjectPage.ReadAsync(server.Server, "oldest", project))!.Versions);
    }

    [BrowserFact]
    public Task A_repository_that_keeps_everything_says_so() => browser.VisitAsync(
        server.PageAt("team/retention/"), server.Publisher, shown =>
            Expect(shown.Page.Locator("main")).ToContainTextAsync("All releases are kept"));

    [BrowserFact]
    public Task It_is_not_for_Readers() => browser.VisitAsync(
        server.PageAt("vault/retention/"), PagesServer.Ray with { Refusals = [403] }, shown =>
            Expect(shown.Page.Locator("h1")).ToHaveTextAsync("Not allowed"));
}
