using EndToEnd.Proxying;
using EndToEnd.Serving;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Browser;

/// <summary>The pages of a proxy: what its policy hides and why, and how its upstream is.</summary>
[Collection(nameof(BrowserTests))]
public sealed class ProxyPageTests(RunningBrowser browser)
{
    [BrowserFact]
    public async Task A_hidden_release_shows_why_and_the_front_page_shows_an_upstream_outage()
    {
        await using var upstream = await PyRepoServer.StartAsync(Manifest.Create("public"));
        foreach (var version in (string[])["1.0", "2.0"])
            await upstream.MustTakeAsync("public", TestWheel.Create("lib", version));
        await using var proxy = await PyRepoServer.StartAsync(ProxyManifest.Proxy(
            "cache", upstream.IndexOf("public"),
            "policy: { block: [ \"lib>=2\" ] }"));
        await browser.VisitAsync(proxy.GetUrl("cache"), new View(), async shown =>
        {
            await Expect(shown.Page.Locator(".health .unknown")).ToContainTextAsync("not asked yet");
            await Expect(shown.Page.Locator(".health .good")).ToHaveCountAsync(0);
            await shown.SaveScreenshotAsync("proxy-not-asked");
        });
        await browser.VisitAsync(new Uri(proxy.GetUrl("cache"), "project/lib/"), new View(), async shown =>
        {
            await Expect(shown.Page.Locator("h1")).ToContainTextAsync("lib 1.0");
            await shown.SaveScreenshotAsync("proxy-project");
            await shown.Page.ClickAsync("text=1 version hidden by policy");
            await Expect(shown.Page.Locator("main")).ToContainTextAsync("is blocked by 'lib>=2'");
            await shown.SaveScreenshotAsync("proxy-hidden");
            await shown.AssertAccessibleAsync();
        });
        await browser.VisitAsync(proxy.GetUrl("cache"), new View(), async shown =>
        {
            await Expect(shown.Page.Locator(".health .good")).ToContainTextAsync("works");
            await shown.SaveScreenshotAsync("proxy-front");
        });
        await upstream.StopAsync();
        await Eventually.IsAsync("the proxy has noticed", async () =>
        {
            using var answer = await proxy.Http.GetAsync(new Uri(proxy.IndexOf("cache"), $"n{Guid.NewGuid():N}/"));
            return (await proxy.Http.GetStringAsync(proxy.GetUrl("cache"))).Contains(
                "does not answer", StringComparison.Ordinal);
        });
        await browser.VisitAsync(proxy.GetUrl("cache"), new View(), async shown =>
        {
            await Expect(shown.Page.Locator(".health .bad")).ToContainTextAsync("does not answer");
            await shown.SaveScreenshotAsync("proxy-upstream-down");
            await shown.AssertAccessibleAsync();
        });
    }
}
