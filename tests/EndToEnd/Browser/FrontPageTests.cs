using EndToEnd.Serving;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Browser;

/// <summary>The front page of a repository.</summary>
[Collection(nameof(BrowserTests))]
public sealed class FrontPageTests(RunningBrowser browser, PagesServer server)
{
    [BrowserFact]
    public Task It_shows_install_instructions_and_projects_without_scripts() =>
        browser.VisitAsync(server.FrontPage, new() { HasScripts = false }, async shown =>
        {
            await shown.SaveScreenshotAsync("front-page");
            Assert.Contains("pip install", await shown.Page.InnerTextAsync("body"), StringComparison.Ordinal);
            await Expect(shown.Page.Locator("ul.projects > li")).ToHaveCountAsync(8);
        });

    [BrowserFact]
    public Task Its_commands_have_the_URL_of_the_repository_and_can_be_copied() =>
        browser.VisitAsync(server.FrontPage, new(), async shown =>
        {
            await shown.Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
            var copy = shown.Page.GetByRole(AriaRole.Button, new() { Name = "Copy: Install with pip", Exact = true });
            await copy.ClickAsync();
            await Expect(copy).ToHaveTextAsync("Copied");
            Assert.Equal(
                $"pip install --index-url {server.FrontPage}simple/ PROJECT",
                await shown.Page.EvaluateAsync<string>("navigator.clipboard.readText()"));
            await shown.Page.GetByText("uv", new() { Exact = true }).ClickAsync();
            await Expect(shown.Page.Locator(".tool:visible code").First).ToContainTextAsync(
                $"uv add --default-index {server.FrontPage}simple/ PROJECT");
            await Expect(shown.Page.Locator("body")).Not.ToContainTextAsync("--publish-url");
        });

    [BrowserFact]
    public Task It_loads_only_the_styles_and_the_script_of_the_server() =>
        browser.VisitAsync(server.FrontPage, new(), shown =>
        {
            var assets = $"{server.FrontPage}+assets/";
            Assert.Equal(server.FrontPage.AbsoluteUri, shown.Requests.First());
            Assert.Collection(
                shown.Requests.Skip(1).Order(StringComparer.Ordinal).OrderBy(url => url[^3..], StringComparer.Ordinal),
                script => Assert.EndsWith("/pyrepo.js", script, StringComparison.Ordinal),
                styles => Assert.EndsWith("/pyrepo.css", styles, StringComparison.Ordinal));
            Assert.All(shown.Requests.Skip(1), url => Assert.StartsWith(assets, url, StringComparison.Ordinal));
            return Task.CompletedTask;
        });

    [BrowserFact]
    public async Task The_newest_upload_is_the_first_and_can_be_opened()
    {
        await server.Server.MustTakeAsync(PagesServer.Repository, TestWheel.Create("brand-new", "1.0"));
        await browser.VisitAsync(server.FrontPage, new(), async shown =>
        {
            await shown.Page.Locator("ul.projects a").First.ClickAsync();
            await Expect(shown.Page).ToHaveURLAsync(server.PageAt("team/project/brand-new/").AbsoluteUri);
            Assert.Equal("brand-new 1.0 – team", await shown.Page.TitleAsync());
        });
    }

    [BrowserFact]
    public async Task A_group_lists_the_members_that_the_reader_may_read_and_their_state()
    {
        await browser.VisitAsync(server.PageAt("all/project/"), new(), async shown =>
        {
            await Expect(shown.Page.GetByText("zebra")).ToBeVisibleAsync();
            Assert.Equal(0, await shown.Page.GetByText("secret-plans").CountAsync());
            await shown.GoToAsync(server.PageAt("all/"));
            await Expect(shown.Page.Locator("ul.health")).ToContainTextAsync("team works");
            await Expect(shown.Page.Locator("ul.health")).Not.ToContainTextAsync("vault");
            await shown.Page.ClickAsync("ul.health a:text('team')");
            await Expect(shown.Page).ToHaveURLAsync(server.FrontPage.AbsoluteUri);
        });
        await browser.VisitAsync(server.PageAt("all/"), PagesServer.Ray, async shown =>
            await Expect(shown.Page.Locator("ul.health")).ToContainTextAsync("vault works"));
    }

    [BrowserFact]
    public Task The_servers_own_page_leads_to_the_repositories() =>
        browser.VisitAsync(server.PageAt("/"), new(), async shown =>
        {
            await shown.SaveScreenshotAsync("repositories");
            await Expect(shown.Page.Locator("li", new() { HasTextString = "many" })).ToContainTextAsync(
                $"hosted {PagesServer.Many} projects, last upload");
            await shown.Page.ClickAsync("text=team");
            await Expect(shown.Page).ToHaveURLAsync(server.FrontPage.AbsoluteUri);
            await shown.Page.ClickAsync(".brand");
            await Expect(shown.Page).ToHaveURLAsync(server.PageAt("/").AbsoluteUri);
        });

    [BrowserFact]
    public async Task An_empty_repository_says_how_to_begin()
    {
        await browser.VisitAsync(server.PageAt("fresh/"), new(), shown =>
            Expect(shown.Page.Locator(".empty")).ToContainTextAsync("No projects yet."));
        await browser.VisitAsync(server.PageAt("fresh/"), server.GetPublisher("fresh"), async shown =>
        {
            await shown.SaveScreenshotAsync("empty");
            await shown.Page.ClickAsync("text=Upload the first one");
            await Expect(shown.Page).ToHaveURLAsync(server.PageAt("fresh/upload/").AbsoluteUri);
        });
    }
}
