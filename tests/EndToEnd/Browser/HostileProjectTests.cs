using EndToEnd.Serving;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Browser;

/// <summary>A project whose metadata attack whoever looks at it.</summary>
[Collection(nameof(BrowserTests))]
public sealed class HostileProjectTests(RunningBrowser browser, PagesServer server)
{
    const string Break = "'\"></title></bdi></textarea><script>pwned=1</script><img src=x onerror=pwned=1>";

    const string Version = "1!1.0+onload.script";

    const string Metadata = $$"""
        Summary: {{Break}}
        Author: {{Break}}
        Author-email: {{Break}} <a@x.example>
        Maintainer: {{Break}}
        License: {{Break}}
        Keywords: {{Break}},<svg/onload=pwned=1>
        Home-page: javascript:pwned=1
        Classifier: {{Break}}
        Project-URL: Script, javascript:pwned=1
        Project-URL: Spaced,  java script:pwned=1
        Project-URL: Upper, JaVaScRiPt:pwned=1
        Project-URL: Data, data:text/html,<script>pwned=1</script>
        Project-URL: Blob, blob:https://evil.example/x
        Project-URL: File, file:///etc/passwd
        Project-URL: Relative, //evil.example/
        Project-URL: Quotes, https://evil.example/"onmouseover="pwned=1
        Project-URL: {{Break}}, https://evil.example/?{{Break}}
        Project-URL: Mail, mailto:a@x.example?subject="><script>pwned=1</script>
        Provides-Extra: {{Break}}
        Requires-Dist: {{Break}}
        Requires-Dist: evil @ javascript:pwned=1
        Requires-Dist: other; extra == "{{Break}}"
        Requires-Python: >=3,<img/src=x/onerror=pwned=1>
        Description-Content-Type: text/markdown

        <script>pwned=1</script><style>header { display: none } .overlay { position: fixed }</style>
        <div class="overlay" style="position:fixed;inset:0;z-index:9" onclick="pwned=1" id="main">OVERLAY</div>
        <img src="https://evil.example/x.png" onerror="pwned=1"> ![pixel](https://evil.example/pixel.png)
        <iframe src="https://evil.example/"></iframe><object data="https://evil.example/"></object>
        <embed src="//evil.example">
        <svg onload="pwned=1"><script>pwned=1</script></svg><math href="javascript:pwned=1">m</math>
        <base href="https://evil.example/"><meta http-equiv="refresh" content="0;url=https://evil.example/">
        <link rel="stylesheet" href="https://evil.example/x.css"><video src="https://evil.example/v" autoplay></video>
        <form action="https://evil.example/"><input name="password"><button>Sign in</button></form>
        <details open ontoggle="pwned=1"><summary>s</summary></details></article></main></div></body><h1>Fake</h1>

        [script](javascript:pwned=1)
        ![pixel](https://evil.example/p.png) [data](data:text/html,<script>pwned=1</script>) <javascript:pwned=1>
        <a href="java&#10;script:pwned=1">newline</a> <a href="https://evil.example/" target="_top" rel="opener">out</a>
        <a href="../../logout/" id="pwned">in</a> [ref][r] <noscript><p title="</noscript><img src=x onerror=pwned=1>">
        <table background="https://evil.example/b.png"><tr>
        <td style="background:url(https://evil.example)">t</td></tr></table>

        [r]: vbscript:pwned=1 "' onmouseover='pwned=1"

        """;

    static readonly MadeSdist _sdist = MadeSdist.Create("hostile", Version, Metadata);

    [BrowserTheory]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task Its_metadata_is_shown_as_harmless_text_and_links(bool isNarrow, bool hasScripts)
    {
        await UploadAsync();
        await browser.VisitAsync(
            Page, new() { IsNarrow = isNarrow, HasScripts = hasScripts }, async shown =>
            {
                await shown.SaveScreenshotAsync("hostile");
                await Expect(shown.Page.Locator("h1")).ToHaveCountAsync(1);
                await Expect(shown.Page.Locator(".lead")).ToContainTextAsync("<script>pwned=1</script>");
                await Expect(shown.Page.Locator(".notice.bad")).ToContainTextAsync("<script>pwned=1</script>");
                await Expect(shown.Page.Locator("aside")).ToContainTextAsync("<svg/onload=pwned=1>");
                await shown.AssertHarmlessAsync();
                await shown.AssertFitsAsync();
                await AssertNothingCoversTheHeaderAsync(shown);
                foreach (var tab in (string[])["releases", "files", "dependencies", "statistics"])
                {
                    await shown.GoToAsync(new Uri(Page, $"?tab={tab}"));
                    await shown.AssertHarmlessAsync();
                    await shown.AssertFitsAsync();
                }
                await shown.GoToAsync(Page);
                foreach (var link in await shown.Page.Locator("main a[rel~=nofollow]").AllAsync())
                    await link.HoverAsync();
                await shown.AssertHarmlessAsync();
            });
    }

    [BrowserTheory]
    [InlineData("team/")]
    [InlineData("team/project/")]
    [InlineData("team/search/?q=hostile")]
    [InlineData("all/project/hostile/")]
    [InlineData("team/simple/hostile/")]
    public async Task It_is_harmless_in_every_list_too(string path)
    {
        await UploadAsync();
        await browser.VisitAsync(server.PageAt(path), new(), async shown =>
        {
            await Expect(shown.Page.Locator("body")).ToContainTextAsync("hostile");
            await shown.AssertHarmlessAsync();
        });
    }

    [BrowserFact]
    public async Task Its_description_contains_only_allowed_elements()
    {
        await UploadAsync();
        await browser.VisitAsync(Page, new() { HasScripts = false }, async shown =>
        {
            var names = await shown.Page.EvaluateAsync<string[]>(
                "[...new Set([...document.querySelectorAll('.description *')].map(e => e.localName))]");
            Assert.Subset(
                "a br code details div h2 h3 p summary table tbody td tr".Split(' ').ToHashSet(), names.ToHashSet());
            Assert.Equal(0, await shown.Page.Locator(".description [id]:not([id^=description-])").CountAsync());
        });
    }

    Uri Page => server.PageAt("team/project/hostile/");

    static async Task AssertNothingCoversTheHeaderAsync(ShownPage shown)
    {
        await shown.Page.Locator(".brand").ClickAsync(new() { Trial = true });
        await shown.Page.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync(new() { Trial = true });
    }

    async Task UploadAsync()
    {
        await server.MustTakeAsync(_sdist);
        await server.MustChangeAsync(
            HttpMethod.Put, $"hostile/releases/{Uri.EscapeDataString(Version)}/yank", new { reason = Break });
        await server.MustChangeAsync(HttpMethod.Put, "hostile/status", new { status = "deprecated", reason = Break });
    }
}
