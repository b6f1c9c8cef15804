using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Browser;

/// <summary>The page of a project and its releases.</summary>
[Collection(nameof(BrowserTests))]
public sealed class ProjectPageTests(RunningBrowser browser, PagesServer server)
{
    [BrowserTheory]
    [InlineData(true)]
    [InlineData(false)]
    public Task It_shows_the_latest_release_with_its_description_metadata_and_files(bool hasScripts) =>
        VisitAsync("acme-lib", async shown =>
        {
            await shown.SaveScreenshotAsync("project-from-top");
            var main = shown.Page.Locator("main");
            await Expect(shown.Page.Locator("h1")).ToHaveTextAsync("acme-lib 2.0");
            await Expect(main).ToContainTextAsync($"pip install --index-url {server.FrontPage}simple/ acme-lib");
            await Expect(main.Locator(".description td").First).ToContainTextAsync("ACME_LOG_LEVEL");
            await Expect(main.Locator("aside")).ToContainTextAsync("AuthorAnn Example <ann@acme.example>");
            await Expect(main.Locator("aside")).ToContainTextAsync("Production/Stable");
            await Expect(main.Locator("aside .repository")).ToContainTextAsync("Uploaded bypublisher");
            await shown.Page.ClickAsync(".tabs a:text('Files')");
            var files = main.Locator("ul.files > li");
            await Expect(files).ToHaveCountAsync(2);
            await Expect(files.Filter(new() { HasTextString = "acme_lib-2.0-py3-none-any.whl" }))
                .ToContainTextAsync(PagesServer.AcmeLib.Sha256);
            await shown.Page.ClickAsync(".tabs a:text('Dependencies')");
            await Expect(main.Locator("tbody tr td").Nth(0)).ToHaveTextAsync("attrs");
            await Expect(main.Locator("tbody tr td").Nth(1)).ToHaveTextAsync(">=23");
            await Expect(main).ToContainTextAsync("With [cli]");
        }, hasScripts);

    [BrowserFact]
    public Task It_says_who_has_attested_a_release_from_which_commit_and_by_which_entry_of_the_log() =>
        browser.VisitAsync(server.PageAt("attested/project/acme-lib/"), new View(), async shown =>
        {
            await shown.Page.ClickAsync(".badge:text('provenance verified')");
            await Expect(shown.Page.Locator(":target")).ToHaveTextAsync("Provenance");
            var main = shown.Page.Locator("main");
            await Expect(main).ToContainTextAsync("PublisherGitHub acme/lib release.yml");
            await Expect(main).ToContainTextAsync("entry 1 of rekor.test");
            await Expect(main.Locator("a:has-text('0123456789ab')")).ToHaveAttributeAsync(
                "href", "https://github.com/acme/lib/commit/0123456789abcdef0123456789abcdef01234567");
        });

    [BrowserFact]
    public Task Its_releases_say_which_are_yanked_and_why_and_which_are_pre_releases() =>
        VisitAsync("acme-lib", async shown =>
        {
            await shown.Page.ClickAsync(".tabs a:text('Releases')");
            var releases = shown.Page.Locator("ul.releases > li");
            await Expect(releases.Locator("> a")).ToHaveTextAsync(["2.0", "1.1", "1.0"]);
            await shown.Page.ClickAsync("text=Show 1 pre-release");
            await Expect(releases.Locator("> a")).ToHaveTextAsync(["2.1rc1", "2.0", "1.1", "1.0"]);
            await Expect(releases.Nth(0)).ToContainTextAsync("pre-release");
            await Expect(releases.Nth(2)).ToContainTextAsync("It deletes what it should keep. – yanked by publisher");
            await releases.Nth(2).GetByRole(AriaRole.Link).ClickAsync();
            await Expect(shown.Page.Locator("h1")).ToHaveTextAsync("acme-lib 1.1");
            await Expect(shown.Page.Locator(".notice.bad")).ToHaveTextAsync(
                "This release is yanked: It deletes what it should keep.");
            await Expect(shown.Page.Locator("main")).ToContainTextAsync("acme-lib==1.1");
            await shown.SaveScreenshotAsync("project-older");
            await shown.SaveScreenshotAsync("project-yanked");
        });

    [BrowserTheory]
    [InlineData("", "acme-lib 2.0 – team", "Description")]
    [InlineData("?tab=releases", "Releases of acme-lib – team", "Releases")]
    [InlineData("1.0/?tab=files", "Files of acme-lib 1.0 – team", "Files")]
    [InlineData("?tab=dependencies", "Dependencies of acme-lib 2.0 – team", "Dependencies")]
    [InlineData("?tab=statistics", "Downloads of acme-lib – team", "Statistics")]
    [InlineData("?tab=none-of-these", "acme-lib 2.0 – team", "Description")]
    [InlineData("?tab=manage", "acme-lib 2.0 – team", "Description")]
    public Task Each_tab_has_its_own_URL_and_title(string path, string title, string tab) => browser.VisitAsync(
        server.PageAt($"team/project/acme-lib/{path}"), new() { HasScripts = false }, async shown =>
        {
            Assert.Equal(title, await shown.Page.TitleAsync());
            await Expect(shown.Page.Locator(".tabs [aria-current]")).ToContainTextAsync(tab);
            Assert.Equal(0, await shown.Page.Locator(".maintenance").CountAsync());
        });

    [BrowserFact]
    public Task The_breadcrumb_leads_from_a_project_to_its_repository_and_the_server() =>
        VisitAsync("acme-lib", async shown =>
        {
            var crumbs = shown.Page.Locator(".breadcrumb li");
            await Expect(crumbs).ToHaveTextAsync(["PyRepo", "team", "acme-lib"]);
            await crumbs.Nth(1).GetByRole(AriaRole.Link).ClickAsync();
            await Expect(shown.Page).ToHaveURLAsync(server.FrontPage.AbsoluteUri);
            await crumbs.Nth(0).GetByRole(AriaRole.Link).ClickAsync();
            await Expect(shown.Page).ToHaveURLAsync(server.PageAt("/").AbsoluteUri);
        });

    [BrowserFact]
    public Task An_older_release_leads_to_the_newest_and_the_newest_to_none() =>
        VisitAsync("acme-lib/1.0", async shown =>
        {
            await shown.Page.ClickAsync(".notice a:text('acme-lib 2.0')");
            await Expect(shown.Page.Locator("h1")).ToHaveTextAsync("acme-lib 2.0");
            await Expect(shown.Page.Locator(".badges")).ToContainTextAsync("latest");
            await Expect(shown.Page.GetByText("A newer version")).ToHaveCountAsync(0);
            await shown.GoToAsync(server.PageAt("team/project/acme-lib/2.1rc1/"));
            await Expect(shown.Page.Locator(".badges")).ToContainTextAsync("pre-release");
            await Expect(shown.Page.GetByText("A newer version")).ToHaveCountAsync(0);
        });

    [BrowserFact]
    public Task A_dependency_that_is_here_leads_to_its_page_and_another_says_that_it_is_not() =>
        browser.VisitAsync(server.PageAt("team/project/dependent/?tab=dependencies"), new(), async shown =>
        {
            var rows = shown.Page.Locator("tbody tr");
            await Expect(rows.Nth(0)).ToContainTextAsync("not-in-this-repository");
            await Expect(rows.Nth(0)).ToContainTextAsync("not here");
            await rows.Nth(1).GetByRole(AriaRole.Link).ClickAsync();
            await Expect(shown.Page.Locator("h1")).ToHaveTextAsync("ledger 0.1");
        });

    [BrowserFact]
    public Task A_link_of_the_description_leads_to_its_heading() => VisitAsync("acme-lib", async shown =>
    {
        await shown.Page.ClickAsync(".description a:text('Settings')");
        await Expect(shown.Page.Locator(":target")).ToHaveTextAsync("Settings");
    });

    [BrowserFact]
    public Task A_description_in_reStructuredText_is_rendered() => VisitAsync("acme-rst", async shown =>
    {
        await Expect(shown.Page.Locator("h1")).ToHaveTextAsync("Acme.Rst 1.0");
        await Expect(shown.Page.Locator(".description pre .hl-k")).ToHaveTextAsync("import");
        await Expect(shown.Page.Locator(".description li")).ToHaveCountAsync(2);
        await Expect(shown.Page.Locator(".description h2")).ToHaveTextAsync("acme-rst");
        await shown.SaveScreenshotAsync("project-rst");
    });

    [BrowserFact]
    public Task A_project_of_pre_releases_only_shows_the_newest() => VisitAsync("only-pre", shown =>
        Expect(shown.Page.Locator("h1")).ToHaveTextAsync("only-pre 1.0b2"));

    [BrowserFact]
    public Task A_file_can_be_downloaded() => VisitAsync("acme-lib", async shown =>
    {
        await shown.Page.ClickAsync(".tabs a:text('Files')");
        var download = await shown.Page.RunAndWaitForDownloadAsync(
            () => shown.Page.ClickAsync("a:has-text('acme_lib-2.0-py3')"));
        Assert.Equal(PagesServer.AcmeLib.Bytes, await File.ReadAllBytesAsync(await download.PathAsync()));
    });

    [BrowserTheory]
    [InlineData("team/project/nothing-here/", "There is no project 'nothing-here' in 'team'.")]
    [InlineData("team/project/acme-lib/9.9/", "There is no release '9.9' of 'acme-lib'.")]
    public Task A_missing_page_says_so_and_links_back(string path, string message) =>
        browser.VisitAsync(server.PageAt(path), new() { Refusals = [404] }, async shown =>
        {
            await shown.SaveScreenshotAsync("not-found");
            await Expect(shown.Page.Locator("main")).ToContainTextAsync(message);
            await shown.Page.ClickAsync("text=Back to team");
            await Expect(shown.Page).ToHaveURLAsync(server.FrontPage.AbsoluteUri);
        });

    Task VisitAsync(string project, Func<ShownPage, Task> look, bool hasScripts = true) => browser.VisitAsync(
        server.PageAt($"team/project/{project}/"), new() { HasScripts = hasScripts }, look);
}
