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

    /// <summary>Opens another page in its place. The test fails if there is none.</summary>
    public async Task GoToAsync(Uri url)
    {
        var answer = await page.GotoAsync(url.AbsoluteUri);
        Assert.True(answer is { Ok: true }, $"{url}: {answer?.Status} {answer?.StatusText}");
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

    static string Describe(AxeResultItem violation) =>
        $"{violation.Impact} {violation.Id}: {violation.Help}: "
        + string.Join(" · ", violation.Nodes.Select(node => node.Html));
}
