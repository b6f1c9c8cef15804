using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace EndToEnd.Browser;

/// <summary>A page that a browser shows.</summary>
/// <param name="page">Everything that Playwright can do with it.</param>
/// <param name="view">How it is looked at.</param>
/// <param name="complaints">What the browser says against it.</param>
public sealed class ShownPage(IPage page, View view, Complaints complaints)
{
    /// <summary>Everything that Playwright can do with it.</summary>
    public IPage Page => page;

    /// <summary>What it asked for.</summary>
    public IReadOnlyCollection<string> Requests => complaints.Requests;

    /// <summary>Opens another page in its place. The test fails if the server refuses it, unless the view expects that.
    /// </summary>
    public async Task GoToAsync(Uri url)
    {
        var answer = await page.GotoAsync(url.AbsoluteUri);
        Assert.True(
            answer is { Ok: true } || view.Refusals.Contains(answer?.Status ?? 0),
            $"{url}: {answer?.Status} {answer?.StatusText}");
    }

    /// <summary>Saves what is seen, down to the end of the page, as <c>artifacts/screenshots/NAME-VIEW.png</c>.
    /// </summary>
    public Task SaveScreenshotAsync(string name) => page.ScreenshotAsync(new()
    {
        Path = SourceTree.At("artifacts", "screenshots", $"{name}-{view.Name}.png"),
        FullPage = true,
    });

    /// <summary>Fails the test if axe finds a serious or critical barrier for people with a disability.</summary>
    /// <exception cref="InvalidOperationException">The browser runs no scripts, so axe would never end.</exception>
    public async Task AssertAccessibleAsync()
    {
        if (!view.HasScripts)
            throw new InvalidOperationException("axe is a script: look at the page with scripts.");
        var found = await page.RunAxe();
        Assert.NotEmpty(found.Passes);
        var barriers = found.Violations.Where(v => v.Impact is "serious" or "critical").Select(Describe).ToList();
        Assert.True(barriers.Count == 0, string.Join('\n', barriers));
    }

    /// <summary>Fails the test if one must scroll sideways.</summary>
    public async Task AssertFitsAsync()
    {
        var width = await page.EvaluateAsync<int>("document.documentElement.scrollWidth");
        Assert.True(width <= view.Width, $"The page is {width} pixels wide, the screen {view.Width}.");
    }

    /// <summary>Fails the test if the page has an element or a link that only somebody's content can have brought, or
    /// if a script of theirs has run: all of them would set <c>pwned</c>.</summary>
    public async Task AssertHarmlessAsync()
    {
        if (view.HasScripts)
            Assert.True(await page.EvaluateAsync<bool>("typeof pwned === 'undefined'"), "A script of theirs has run.");
        var foreign = await page.EvaluateAsync<string[]>("""
            () => document.contentType === "text/plain" ? [] : [...document.querySelectorAll("*")].filter(element =>
                element.closest("style, iframe, frame, object, embed, math, base, img, video, audio, template")
                // Icons and charts are the page's own.
                || (element.closest("svg") && (element.closest(".description")
                    || !element.closest("svg:is(.icon, .mark, .chart, .bar-chart, .spark)")))
                || (element.localName === "script" && !element.src.startsWith(location.origin))
                || (element.localName === "link"
                    && !(element.rel === "icon" && element.href.startsWith("data:image/svg+xml,"))
                    && !element.href.startsWith(location.origin))
                || (element.localName === "meta" && element.httpEquiv)
                || (element.localName === "form" && /^([a-z]+:|.?[\\/]{2})/i.test(element.getAttribute("action")))
                || (element.localName === "a" && element.href && new URL(element.href).origin !== location.origin
                    && !(/^(https?|mailto):/.test(element.href) && element.relList.contains("nofollow")
                        && element.relList.contains("noopener")))
                || [...element.attributes].some(a => /^(on|srcdoc|background)|^style$/.test(a.name) && a.value))
                .map(element => element.outerHTML)
            """);
        Assert.Empty(foreign);
    }

    static string Describe(AxeResultItem violation) =>
        $"{violation.Impact} {violation.Id}: {violation.Help}: "
        + string.Join(" · ", violation.Nodes.Select(node => node.Html));
}
