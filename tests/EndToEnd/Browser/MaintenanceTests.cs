using System.Net;
using EndToEnd.Serving;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Browser;

/// <summary>What a Maintainer changes on a project's page.</summary>
[Collection(nameof(BrowserTests))]
public sealed class MaintenanceTests(RunningBrowser browser, PagesServer server)
{
    [BrowserTheory]
    [InlineData(true)]
    [InlineData(false)]
    public Task A_yanked_release_shows_its_reason_on_the_page_and_in_pip_until_it_is_unyanked(bool hasScripts) =>
        VisitAsync(GetName("yanking", hasScripts), hasScripts, async shown =>
        {
            var form = await OpenAsync(shown, "Yank 2.0");
            await form.GetByLabel("Reason").FillAsync("It's <broken> & \"bad\"");
            await shown.SaveScreenshotAsync("yanking");
            await form.GetByRole(AriaRole.Button).ClickAsync();
            await Expect(shown.Page.Locator(".notice.good")).ToContainTextAsync("2.0 is yanked");
            await Expect(shown.Page.Locator(".notice.bad")).ToContainTextAsync("It's <broken> & \"bad\"");
            await Expect(shown.Page.Locator(".badges .badge.bad")).ToHaveTextAsync("yanked");
            await shown.SaveScreenshotAsync("yanked");
            var simple = await SimpleAsync(shown);
            Assert.Contains(
                "data-yanked=\"It's <broken> & \"bad\"\"", WebUtility.HtmlDecode(simple), StringComparison.Ordinal);
            Assert.DoesNotContain("<broken>", simple, StringComparison.Ordinal);

            form = await OpenAsync(shown, "Undo the yank of 2.0");
            await form.GetByRole(AriaRole.Button).ClickAsync();
            await Expect(shown.Page.Locator(".notice.good")).ToContainTextAsync("no longer yanked");
            await Expect(shown.Page.Locator(".badge.bad")).ToHaveCountAsync(0);
            Assert.DoesNotContain("data-yanked", await SimpleAsync(shown), StringComparison.Ordinal);
        });

    [BrowserTheory]
    [InlineData(true)]
    [InlineData(false)]
    public Task A_release_is_deleted_only_when_its_version_is_typed(bool hasScripts) =>
        VisitAsync(GetName("deleting", hasScripts), hasScripts, async shown =>
        {
            var form = await OpenAsync(shown, "Delete 2.0");
            await form.GetByRole(AriaRole.Textbox).FillAsync("1.0");
            await form.GetByRole(AriaRole.Button).ClickAsync();
            await Expect(shown.Page.Locator("main")).ToContainTextAsync("Nothing was deleted. Type '2.0' to confirm.");
            await shown.SaveScreenshotAsync("not-deleted");
            Assert.Contains("-2.0.tar.gz", await SimpleAsync(shown), StringComparison.Ordinal);

            form = Form(shown, "Delete 2.0");
            await Expect(form.GetByRole(AriaRole.Textbox)).ToHaveValueAsync("1.0");
            await form.GetByRole(AriaRole.Textbox).FillAsync("2.0");
            await form.GetByRole(AriaRole.Button).ClickAsync();
            await Expect(shown.Page.Locator(".notice.good")).ToContainTextAsync("2.0 is deleted");
            await Expect(shown.Page.Locator("h1")).ToContainTextAsync(" 1.0");
            Assert.DoesNotContain("-2.0.tar.gz", await SimpleAsync(shown), StringComparison.Ordinal);
        });

    [BrowserTheory]
    [InlineData(true)]
    [InlineData(false)]
    public Task A_deleted_release_is_restored_by_a_button_that_readers_do_not_have(bool hasScripts) =>
        VisitAsync(GetName("restoring", hasScripts), hasScripts, async shown =>
        {
            var form = await OpenAsync(shown, "Delete 2.0");
            await Expect(form).ToContainTextAsync("This can be undone for 7d.");
            await form.GetByRole(AriaRole.Textbox).FillAsync("2.0");
            await form.GetByRole(AriaRole.Button).ClickAsync();
            await Expect(shown.Page.Locator("main")).ToContainTextAsync("You can restore it for 7d.");
            await shown.SaveScreenshotAsync("deleted");
            await Expect(shown.Page.Locator("main")).ToContainTextAsync("1 file, deleted by publisher on");
            await browser.VisitAsync(new Uri(shown.Page.Url), new() { HasScripts = hasScripts }, async read =>
            {
                await Expect(read.Page.Locator("h1")).ToContainTextAsync(" 1.0");
                await Expect(read.Page.Locator("input[value=restore]")).ToHaveCountAsync(0);
                await Expect(read.Page.GetByText("Deleted releases")).ToHaveCountAsync(0);
            });

            await shown.Page.GetByRole(AriaRole.Button, new() { Name = "Restore 2.0" }).ClickAsync();
            await Expect(shown.Page.Locator(".notice.good")).ToContainTextAsync("visible again");
            await Expect(shown.Page.Locator("h1")).ToContainTextAsync(" 2.0");
            await Expect(shown.Page.GetByText("Deleted releases")).ToHaveCountAsync(0);
            Assert.Contains("-2.0.tar.gz", await SimpleAsync(shown), StringComparison.Ordinal);
        });

    [BrowserFact]
    public Task The_last_release_can_be_deleted() => VisitAsync("deleting-all", true, async shown =>
    {
        foreach (var version in (string[])["2.0", "1.0"])
        {
            var form = await OpenAsync(shown, $"Delete {version}");
            await form.GetByRole(AriaRole.Textbox).FillAsync(version);
            await form.GetByRole(AriaRole.Button).ClickAsync();
            await Expect(shown.Page.Locator(".notice.good")).ToContainTextAsync($"{version} is deleted");
        }
        await shown.SaveScreenshotAsync("all-deleted");
    });

    [BrowserTheory]
    [InlineData(true)]
    [InlineData(false)]
    public Task An_archived_project_says_so_and_takes_no_uploads(bool hasScripts) =>
        VisitAsync(GetName("archiving", hasScripts), hasScripts, async shown =>
        {
            var form = await OpenAsync(shown, "Set the project's status");
            await form.GetByLabel("Status").SelectOptionAsync("archived");
            await form.GetByLabel("Reason").FillAsync("Use acme2 instead.");
            await form.GetByRole(AriaRole.Button).ClickAsync();
            await Expect(shown.Page.Locator(".badges .badge.warn")).ToHaveTextAsync("archived");
            await Expect(shown.Page.Locator("main")).ToContainTextAsync("This project is archived. Use acme2 instead.");
            await shown.SaveScreenshotAsync("archived");
            await shown.GoToAsync(server.PageAt("team/upload/"));
            var wheel = TestWheel.Create(GetName("archiving", hasScripts), "9.0");
            await shown.Page.SetInputFilesAsync(
                "input[type=file]", new FilePayload { Name = wheel.FileName, MimeType = "", Buffer = wheel.Bytes });
            await shown.Page.GetByRole(AriaRole.Button, new() { Name = "Upload files" }).ClickAsync();
            await Expect(shown.Page.Locator("main")).ToContainTextAsync("archived");
            await Expect(shown.Page.Locator("main")).Not.ToContainTextAsync("is uploaded");
        });

    /// <summary>Visits a project of this test's own, with two releases.</summary>
    async Task VisitAsync(string project, bool hasScripts, Func<ShownPage, Task> look)
    {
        foreach (var version in (string[])["1.0", "2.0"])
            await server.MustTakeAsync(MadeSdist.Create(project, version));
        await browser.VisitAsync(
            server.PageAt($"team/project/{project}/?tab=manage"),
            server.Publisher with { HasScripts = hasScripts, Refusals = [400, 403, 404] }, look);
    }

    static string GetName(string project, bool hasScripts) => hasScripts ? project : $"{project}-noscript";

    static async Task<ILocator> OpenAsync(ShownPage shown, string title)
    {
        await shown.Page.Locator("details", new() { HasTextString = title }).Locator("summary").ClickAsync();
        return Form(shown, title);
    }

    static ILocator Form(ShownPage shown, string title) =>
        shown.Page.Locator("details", new() { HasTextString = title }).Locator("form");

    /// <summary>What pip sees of the project whose page is shown.</summary>
    async Task<string> SimpleAsync(ShownPage shown)
    {
        var project = new Uri(shown.Page.Url).Segments[3];
        using var answer = await server.Server.GetAsync($"team/simple/{project}");
        return await answer.Content.ReadAsStringAsync();
    }
}
