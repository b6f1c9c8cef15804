using EndToEnd.Serving;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Browser;

/// <summary>The list of all projects, and the search.</summary>
[Collection(nameof(BrowserTests))]
public sealed class ProjectListTests(RunningBrowser browser, PagesServer server)
{
    [BrowserTheory]
    [InlineData(true)]
    [InlineData(false)]
    public Task A_page_lists_a_hundred_projects_and_the_next_page_the_rest(bool hasScripts) =>
        browser.VisitAsync(server.PageAt("many/project/"), new() { HasScripts = hasScripts }, async shown =>
        {
            var projects = shown.Page.Locator("ul.projects > li");
            await Expect(shown.Page.Locator("h1")).ToHaveTextAsync($"{PagesServer.Many} projects");
            await Expect(projects).ToHaveCountAsync(100);
            await shown.Page.ClickAsync("text=Next");
            await Expect(projects).ToHaveCountAsync(PagesServer.Many - 100);
            await Expect(shown.Page.GetByText("Page 2 of 2")).ToBeVisibleAsync();
            Assert.Equal(0, await shown.Page.GetByText("Next", new() { Exact = true }).CountAsync());
            await shown.Page.ClickAsync("text=Previous");
            await Expect(projects).ToHaveCountAsync(100);
        });

    [BrowserFact]
    public async Task Projects_are_listed_by_name_or_by_their_last_upload()
    {
        await server.Server.MustTakeAsync(PagesServer.Repository, TestWheel.Create("zz-just-uploaded", "1.0"));
        await browser.VisitAsync(server.PageAt("team/project/"), new() { HasScripts = false }, async shown =>
        {
            var last = shown.Page.Locator("ul.projects > li").Last;
            await Expect(last).ToContainTextAsync("zz-just-uploaded");
            await shown.Page.ClickAsync("text=Last upload");
            await Expect(shown.Page.Locator("ul.projects > li").First).ToContainTextAsync("zz-just-uploaded 1.0");
            await Expect(shown.Page.Locator("ul.projects time").First).ToContainTextAsync("now");
        });
    }

    [BrowserTheory]
    [InlineData("3")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("99999999999999")]
    [InlineData("\"><script>pwned=1</script>")]
    public Task A_page_that_does_not_exist_is_not_found(string page) => browser.VisitAsync(
        server.PageAt($"many/project/?page={Uri.EscapeDataString(page)}"), new() { Refusals = [404] }, async shown =>
        {
            await Expect(shown.Page.Locator("h1")).ToHaveTextAsync("Not found");
            await shown.AssertHarmlessAsync();
        });

    [BrowserTheory]
    [InlineData("sensor", "sensor-reader", "sensor-writer")]
    [InlineData("temperature", "sensor-reader")]
    [InlineData("LEDGER", "ledger", "invoice-printer")]
    [InlineData("greenhouse", "greenhouse", "sensor-reader")]
    [InlineData("数据", "umlaut")]
    [InlineData("nothing-of-this-kind")]
    public Task Searching_names_and_summaries_works_while_typing_and_without_scripts(
        string words, params string[] projects) => EachAsync(async (shown, hasScripts) =>
        {
            var field = shown.Page.GetByRole(AriaRole.Searchbox);
            if (hasScripts)
            {
                await field.PressSequentiallyAsync(words);
            }
            else
            {
                await field.FillAsync(words);
                await shown.Page.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
            }
            await Expect(shown.Page.Locator("#results p").First).ToContainTextAsync($"for {words}");
            await Expect(shown.Page.Locator("#results li > a")).ToHaveTextAsync(projects);
            if (projects.Length > 0)
            {
                await Expect(shown.Page.Locator("#results mark").First).ToHaveTextAsync(
                    words, new() { IgnoreCase = true });
            }
        });

    [BrowserFact]
    public Task A_search_can_be_shared_and_opened_again() =>
        browser.VisitAsync(server.PageAt("team/search/"), new(), async shown =>
        {
            await shown.Page.GetByRole(AriaRole.Searchbox).PressSequentiallyAsync("zebra");
            await Expect(shown.Page).ToHaveURLAsync(server.PageAt("team/search/?q=zebra").AbsoluteUri);
            await shown.Page.ReloadAsync();
            await Expect(shown.Page.GetByRole(AriaRole.Searchbox)).ToHaveValueAsync("zebra");
            await Expect(shown.Page.Locator("#results li > a")).ToHaveTextAsync(["zebra"]);
        });

    async Task EachAsync(Func<ShownPage, bool, Task> look)
    {
        foreach (var hasScripts in (bool[])[true, false])
        {
            await browser.VisitAsync(
                server.PageAt("team/search/"), new() { HasScripts = hasScripts }, shown => look(shown, hasScripts));
        }
    }
}
