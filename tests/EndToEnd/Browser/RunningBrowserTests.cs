using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using Xunit.Sdk;

namespace EndToEnd.Browser;

/// <summary>What the tests of pages would find, if it were there.</summary>
[Collection(nameof(BrowserTests))]
public sealed class RunningBrowserTests(RunningBrowser browser)
{
    [BrowserTheory]
    [InlineData("<img alt=x src=http://elsewhere.example/x.png>", "asked another origin")]
    [InlineData("<link rel=stylesheet href=//elsewhere.example/x.css>", "asked another origin")]
    [InlineData("<script>new WebSocket('ws://127.0.0.1:9/')</script>", "asked another origin: ws://127.0.0.1:9/")]
    [InlineData("<script>console.error('broken')</script>", "broken")]
    [InlineData("<script>throw new Error('thrown')</script>", "thrown")]
    [InlineData("<img alt=x src=/missing.png>", "404")]
    [InlineData("<meta http-equiv=Content-Security-Policy content=\"default-src 'none'\"><script>1</script>", "Policy")]
    public async Task A_browser_error_on_a_page_fails_the_test(string html, string complaint)
    {
        var failure = await Assert.ThrowsAsync<TrueException>(() => VisitAsync(html, shown =>
            shown.Page.WaitForLoadStateAsync(LoadState.NetworkIdle)));
        Assert.Contains(complaint, failure.Message, StringComparison.Ordinal);
    }

    [BrowserFact]
    public Task A_page_without_faults_passes() => VisitAsync("<main><h1>x</h1><script>1</script></main>", async shown =>
    {
        await shown.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await shown.AssertFitsAsync();
        await shown.AssertAccessibleAsync();
        Assert.Single(shown.Requests);
    });

    [BrowserFact]
    public Task An_accessibility_barrier_fails_the_test() => Assert.ThrowsAsync<TrueException>(
        () => VisitAsync("<form><input></form>", shown => shown.AssertAccessibleAsync()));

    [BrowserFact]
    public Task A_page_that_is_too_wide_fails_the_test() => Assert.ThrowsAsync<TrueException>(
        () => VisitAsync("<p style='width: 400px'>x", shown => shown.AssertFitsAsync()));

    async Task VisitAsync(string html, Func<ShownPage, Task> look)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var server = builder.Build();
        server.Urls.Add("http://127.0.0.1:0");
        server.MapGet("/", () => Results.Content(
            $"<!DOCTYPE html><html lang=en><title>x</title>{html}", "text/html", Encoding.UTF8));
        await server.StartAsync();
        await browser.VisitAsync(new Uri(server.Urls.Single()), new() { IsNarrow = true }, look);
    }
}
