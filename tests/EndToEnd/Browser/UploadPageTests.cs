using EndToEnd.Serving;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Browser;

/// <summary>The form for uploads.</summary>
[Collection(nameof(BrowserTests))]
public sealed class UploadPageTests(RunningBrowser browser, PagesServer server)
{
    [BrowserTheory]
    [InlineData(true)]
    [InlineData(false)]
    public Task A_file_is_accepted_and_other_bytes_under_its_name_are_refused(bool hasScripts) =>
        VisitAsync(server.Publisher, hasScripts, async shown =>
        {
            var project = $"by-form-{hasScripts}".ToLowerInvariant();
            var wheel = TestWheel.Create(project, "1.0");
            await SendAsync(shown, GetFile(wheel));
            await Expect(Outcome(shown, hasScripts)).ToContainTextAsync("is uploaded.");
            await shown.SaveScreenshotAsync("upload-done");
            Assert.True(await server.Server.ServesAsync(PagesServer.Repository, wheel));

            await SendAsync(shown, GetFile(TestWheel.Create(project, "1.0", seed: 1)));
            await Expect(Outcome(shown, hasScripts)).ToContainTextAsync(
                $"File already exists: '{wheel.FileName}' with other content");
            await shown.SaveScreenshotAsync("upload-refused");
            Assert.True(await server.Server.ServesAsync(PagesServer.Repository, wheel));
        });

    [BrowserTheory]
    [InlineData(true, "notes.whl", "notes.whl")]
    [InlineData(false, "notes.whl", "notes.whl")]
    [InlineData(true, "broken-1.0-py3-none-any.whl", "The file is not a ZIP")]
    [InlineData(false, "broken-1.0-py3-none-any.whl", "The file is not a ZIP")]
    public Task A_file_that_is_not_a_distribution_is_refused_with_a_reason(bool hasScripts, string name, string why) =>
        VisitAsync(server.Publisher, hasScripts, async shown =>
        {
            await SendAsync(shown, new FilePayload { Name = name, MimeType = "", Buffer = "no archive"u8.ToArray() });
            await Expect(Outcome(shown, hasScripts)).ToContainTextAsync(why);
            await Expect(Outcome(shown, hasScripts)).Not.ToContainTextAsync("is uploaded");
            await Expect(shown.Page.Locator("#outcome [role=alert], #uploads li.bad")).ToHaveCountAsync(1);
        });

    [BrowserFact]
    public Task Several_files_are_uploaded_at_once() => VisitAsync(server.Publisher, true, async shown =>
    {
        await SendAsync(
            shown, GetFile(TestWheel.Create("several", "1.0")), GetFile(TestWheel.Create("several", "1.1")));
        await Expect(shown.Page.Locator("#uploads li.good")).ToHaveCountAsync(2);
    });

    [BrowserFact]
    public Task A_dropped_file_is_uploaded() => VisitAsync(server.Publisher, true, async shown =>
    {
        var wheel = TestWheel.Create("dropped", "1.0");
        var dropped = await shown.Page.EvaluateHandleAsync(
            """
            ([name, content]) => {
              const dropped = new DataTransfer();
              dropped.items.add(new File([Uint8Array.from(atob(content), c => c.charCodeAt(0))], name));
              return dropped;
            }
            """, new[] { wheel.FileName, Convert.ToBase64String(wheel.Bytes) });
        await shown.Page.DispatchEventAsync(".drop", "drop", new { dataTransfer = dropped });
        await Expect(shown.Page.Locator("#uploads li.good")).ToContainTextAsync($"{wheel.FileName} is uploaded.");
        Assert.True(await server.Server.ServesAsync(PagesServer.Repository, wheel));
    });

    [BrowserFact]
    public Task A_Reader_cannot_use_the_form_and_sees_why() => browser.VisitAsync(
        server.PageAt("vault/upload/"), PagesServer.Ray with { Refusals = [403] }, async shown =>
        {
            await Expect(shown.Page.Locator("main")).ToContainTextAsync("'ray' may not do this in 'vault'.");
            await shown.SaveScreenshotAsync("not-allowed");
        });

    [BrowserTheory]
    [InlineData(true)]
    [InlineData(false)]
    public Task A_Publisher_sees_which_project_they_may_not_upload(bool hasScripts) => browser.VisitAsync(
        server.PageAt("vault/upload/"), PagesServer.Pat with { HasScripts = hasScripts, Refusals = [403] },
        async shown =>
        {
            await SendAsync(shown, GetFile(TestWheel.Create("secret-plans", "2.0", payload: 4_000_000)));
            await Expect(Outcome(shown, hasScripts)).ToContainTextAsync(
                "'pat' may not upload to the project 'secret-plans'.");
        });

    [BrowserFact]
    public Task A_Publisher_may_use_the_form() => browser.VisitAsync(
        server.PageAt("vault/upload/"), PagesServer.Pat, async shown =>
        {
            await SendAsync(shown, GetFile(TestWheel.Create("by-pat", "1.0")));
            await Expect(shown.Page.Locator("#uploads li.good")).ToHaveCountAsync(1);
            await shown.GoToAsync(server.PageAt("vault/project/by-pat/"));
            await Expect(shown.Page.Locator("aside")).ToContainTextAsync("pat");
            Assert.Equal(0, await shown.Page.GetByText("Manage").CountAsync());
        });

    Task VisitAsync(View view, bool hasScripts, Func<ShownPage, Task> look) => browser.VisitAsync(
        server.PageAt("team/upload/"), view with { HasScripts = hasScripts, Refusals = [400] }, look);

    static ILocator Outcome(ShownPage shown, bool hasScripts) =>
        hasScripts ? shown.Page.Locator("#uploads li").Last : shown.Page.Locator("main");

    static FilePayload GetFile(TestWheel wheel) =>
        new() { Name = wheel.FileName, MimeType = "application/octet-stream", Buffer = wheel.Bytes };

    static async Task SendAsync(ShownPage shown, params FilePayload[] files)
    {
        await shown.Page.SetInputFilesAsync("input[type=file]", files);
        await shown.Page.GetByRole(AriaRole.Button, new() { Name = "Upload files" }).ClickAsync();
    }
}
