namespace EndToEnd.Browser;

/// <summary>What holds for each kind of page, for every reader and on every screen.</summary>
[Collection(nameof(BrowserTests))]
public sealed class PageKindTests(RunningBrowser browser, PagesServer server)
{
    static readonly (string Name, string Path)[] _pages =
    [
        ("repositories", ""), ("front-page", "team/"), ("group", "all/"), ("projects", "many/project/?page=2"),
        ("long-names", "team/project/"), ("search", "team/search/?q=acme"), ("nothing-found", "team/search/?q=xyz"),
        ("project", "team/project/acme-lib/"), ("project-rst", "team/project/acme-rst/"),
        ("project-releases", "team/project/acme-lib/?tab=releases&pre=1"),
        ("project-files", "team/project/acme-lib/?tab=files"),
        ("project-dependencies", "team/project/acme-lib/?tab=dependencies"),
        ("project-statistics", "team/project/acme-lib/?tab=statistics&days=90"),
        ("project-manage", "team/project/acme-lib/?tab=manage"),
        ("empty", "fresh/"),
        ("long-name", $"team/project/{SampleProjects.LongName}/"), ("yanked", "team/project/acme-lib/1.1/"),
        ("provenance", "attested/project/acme-lib/?tab=files"),
        ("sign-in", "vault/login/"), ("upload", "team/upload/"), ("tokens", "team/tokens/"),
        ("statistics", "team/stats/"), ("retention", "team/retention/"),
        ("downloads", "vault/downloads/?project=acme-lib&version=1.0"),
        ("not-found", "team/project/nothing/"),
    ];

    /// <summary>Each kind of page, as each reader sees it.</summary>
    public static TheoryData<string, bool, bool> Views()
    {
        var views = new TheoryData<string, bool, bool>();
        foreach (var (name, _) in _pages)
        {
            foreach (var isNarrow in (bool[])[false, true])
            {
                views.Add(name, false, isNarrow);
                views.Add(name, true, isNarrow);
            }
        }
        return views;
    }

    [BrowserTheory]
    [MemberData(nameof(Views))]
    public Task A_page_is_accessible_and_fits_the_screen(string page, bool isDark, bool isNarrow)
    {
        var path = _pages.Single(kind => kind.Name == page).Path;
        var view = path.StartsWith("team/", StringComparison.Ordinal) ? server.Publisher
            : path.StartsWith("vault/downloads", StringComparison.Ordinal) ? PagesServer.Ann : new View();
        return browser.VisitAsync(
            server.PageAt(path), view with { IsDark = isDark, IsNarrow = isNarrow, Refusals = [404] }, async shown =>
            {
                // The forms of the project's page are folded.
                await shown.Page.EvaluateAsync("document.querySelectorAll('details').forEach(d => d.open = true)");
                await shown.SaveScreenshotAsync(page);
                await shown.AssertFitsAsync();
                await shown.AssertHarmlessAsync();
                await shown.AssertAccessibleAsync();
            });
    }
}
