using EndToEnd.Browser;
using Microsoft.Playwright;

namespace EndToEnd.Docs;

/// <summary>The built site in a browser.</summary>
[Collection(nameof(SiteTests))]
public sealed class SitePageTests(RunningBrowser browser, BuiltSite site)
{
    /// <summary>Ten pages, each on a wide screen in the light, and on a phone in the dark.</summary>
    public static MatrixTheoryData<string, bool> Views { get; } = new(
        [
            "index", "access", "buckets", "statistics", "metrics", "runbooks", "errors", "examples/laptop",
            "project/security", "project/roadmap",
        ],
        [false, true]);

    [SiteTheory]
    [MemberData(nameof(Views))]
    public Task A_page_is_accessible_and_fits_the_screen(string page, bool isPhone) => VisitAsync(
        $"{page}.html", new() { IsDark = isPhone, IsNarrow = isPhone }, async shown =>
        {
            await SaveAsync(shown, page.Replace('/', '-'), isPhone, isPhone);
            await shown.AssertFitsAsync();
            await shown.AssertAccessibleAsync();
        });

    [SiteTheory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public Task A_link_to_a_field_shows_its_row(bool isDark, bool isNarrow) => VisitAsync(
        "reference.html#spec-storage-bucket-endpoint", new() { IsDark = isDark, IsNarrow = isNarrow }, async shown =>
        {
            await Assertions.Expect(shown.Page.Locator("tr:target")).ToBeInViewportAsync();
            await shown.AssertFitsAsync();
            await SaveAsync(shown, "field", isDark, isNarrow);
        });

    [SiteTheory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public Task The_API_is_described_without_another_server(bool isDark, bool isNarrow) => VisitAsync(
        "api.html", new() { IsDark = isDark, IsNarrow = isNarrow }, async shown =>
        {
            await shown.Page.GetByRole(AriaRole.Heading, new() { Name = "List the tokens that you may revoke." }).First
                .WaitForAsync();
            await shown.AssertFitsAsync();
            await SaveAsync(shown, "api", isDark, isNarrow);
        });

    [SiteFact]
    public Task A_word_is_found_and_leads_to_its_page() => VisitAsync("index.html", new(), async shown =>
    {
        await shown.Page.GetByRole(AriaRole.Button, new() { Name = "Search" }).First.ClickAsync();
        await shown.Page.GetByRole(AriaRole.Searchbox).FillAsync("htpasswd");
        var found = shown.Page.GetByRole(AriaRole.Listbox).GetByRole(AriaRole.Link).First;
        await found.WaitForAsync();
        await SaveAsync(shown, "search", isDark: false, isNarrow: false);
        await found.ClickAsync();
        await shown.Page.WaitForURLAsync(url => !url.EndsWith("index.html", StringComparison.Ordinal));
        await shown.Page.Locator("main").GetByText("htpasswd").First.WaitForAsync();
    });

    /// <summary>Saves what is seen without scrolling: the whole of these pages is too long for a picture.</summary>
    static async Task SaveAsync(ShownPage shown, string name, bool isDark, bool isNarrow) =>
        await shown.Page.ScreenshotAsync(new()
        {
            Path = SourceTree.At(
                "artifacts", "screenshots",
                $"docs-{name}-{new View { IsDark = isDark, IsNarrow = isNarrow }.Name}.png"),
        });

    Task VisitAsync(string path, View view, Func<ShownPage, Task> look)
    {
        Assert.SkipWhen(Chromium.Program is null, Chromium.Missing);
        return browser.VisitAsync(new Uri(site.Home, path), view, look);
    }
}
