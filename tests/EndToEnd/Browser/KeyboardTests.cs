using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Browser;

/// <summary>The pages with nothing but a keyboard.</summary>
[Collection(nameof(BrowserTests))]
public sealed class KeyboardTests(RunningBrowser browser, PagesServer server)
{
    /// <summary>What can be clicked, and is shown.</summary>
    const string Clickable = "a[href], button, input:not([type=hidden], [type=radio]:not(:checked)), select, summary";

    [BrowserTheory]
    [InlineData("team/")]
    [InlineData("team/project/acme-lib/")]
    [InlineData("team/project/acme-lib/?tab=files")]
    [InlineData("team/project/acme-lib/?tab=manage")]
    [InlineData("team/upload/")]
    [InlineData("team/tokens/")]
    public Task Everything_clickable_is_reached_by_keyboard_and_the_skip_link_is_first(string path) =>
        VisitAsync(path, async shown =>
        {
            await shown.Page.EvaluateAsync("document.querySelectorAll('details').forEach(d => d.open = true)");
            var count = await shown.Page.EvaluateAsync<int>(
                $"[...document.querySelectorAll('{Clickable}')].filter(e => e.checkVisibility()).length");
            await shown.Page.Keyboard.PressAsync("Tab");
            await Expect(shown.Page.Locator(":focus")).ToHaveTextAsync("Skip to the content");
            await Expect(shown.Page.Locator(":focus")).ToBeInViewportAsync();
            var reached = 0;
            for (; await shown.Page.EvaluateAsync<bool>("document.activeElement !== document.body"); reached++)
            {
                var isOdd = await shown.Page.EvaluateAsync<bool>(
                    $"document.activeElement.matches('{Clickable}') ? false : document.activeElement.tabIndex < 0");
                Assert.False(isOdd);
                if (!await shown.Page.EvaluateAsync<bool>($"document.activeElement.matches('{Clickable}')"))
                    reached--;
                await shown.Page.Keyboard.PressAsync("Tab");
            }
            Assert.Equal(count, reached);
        });

    [BrowserFact]
    public Task The_skip_link_leads_to_the_content() => VisitAsync("team/project/acme-lib/", async shown =>
    {
        await shown.Page.Keyboard.PressAsync("Tab");
        await shown.Page.Keyboard.PressAsync("Enter");
        await Expect(shown.Page.Locator("main")).ToBeFocusedAsync();
    });

    [BrowserFact]
    public Task A_form_is_unfolded_filled_in_and_sent() => VisitAsync("team/project/zebra/?tab=manage", async shown =>
    {
        await shown.Page.GetByText("Set the project's status").FocusAsync();
        await shown.Page.Keyboard.PressAsync("Enter");
        await shown.Page.Keyboard.PressAsync("Tab");
        await shown.Page.Keyboard.TypeAsync("deprecated");
        await shown.Page.Keyboard.PressAsync("Tab");
        await shown.Page.Keyboard.TypeAsync("Horses are fine.");
        await shown.Page.Keyboard.PressAsync("Enter");
        await Expect(shown.Page.Locator("main")).ToContainTextAsync("This project is deprecated. Horses are fine.");
    });

    [BrowserFact]
    public Task A_file_is_chosen_and_uploaded() => VisitAsync("team/upload/", async shown =>
    {
        // Playwright asks Chromium for file choosers while somebody listens, and does not wait for its answer: the key
        // must not come before.
        shown.Page.FileChooser += static (_, _) => { };
        await shown.Page.Locator("input[type=file]").FocusAsync();
        await Expect(shown.Page.Locator("input[type=file]")).ToBeFocusedAsync();
        var chooser = await shown.Page.RunAndWaitForFileChooserAsync(() => shown.Page.Keyboard.PressAsync("Space"));
        var wheel = TestWheel.Create("by-keyboard", "1.0");
        await chooser.SetFilesAsync(new FilePayload { Name = wheel.FileName, MimeType = "", Buffer = wheel.Bytes });
        await shown.Page.Keyboard.PressAsync("Tab");
        await shown.Page.Keyboard.PressAsync("Enter");
        await Expect(shown.Page.Locator("#uploads li.good")).ToContainTextAsync("is uploaded.");
    });

    Task VisitAsync(string path, Func<ShownPage, Task> look) =>
        browser.VisitAsync(server.PageAt(path), server.Publisher, look);
}
