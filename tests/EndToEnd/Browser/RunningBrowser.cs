using System.Collections;
using Microsoft.Playwright;

namespace EndToEnd.Browser;

/// <summary>A browser without a window, which reaches this machine only.</summary>
public sealed class RunningBrowser : IAsyncLifetime
{
    readonly TemporaryFolder _settings = new();
    IPlaywright? _playwright;
    IBrowser? _browser;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (Chromium.Program is not { } program)
            return;
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = program,
            Headless = true,
            Env = EnvironmentOfBrowser(),
            // Its sandbox refuses to start as root. A small /dev/shm, as containers have, makes it crash.
            Args =
            [
                "--no-sandbox", "--disable-dev-shm-usage", "--no-proxy-server",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            ],
        });
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
        _settings.Dispose();
    }

    /// <summary>Opens a page in a browser that has seen none before, and looks at it. The test fails if the page asks
    /// another origin for anything, or if the browser has something to complain of: a failed request, an error of a
    /// script, a violation of the page's Content-Security-Policy.</summary>
    /// <param name="url">The page.</param>
    /// <param name="view">How somebody looks at it.</param>
    /// <param name="look">What the test does there.</param>
    public async Task VisitAsync(Uri url, View view, Func<ShownPage, Task> look)
    {
        await using var context = await _browser!.NewContextAsync(new()
        {
            ColorScheme = view.IsDark ? ColorScheme.Dark : ColorScheme.Light,
            ReducedMotion = ReducedMotion.Reduce,
            JavaScriptEnabled = view.HasScripts,
            ViewportSize = new() { Width = view.Width, Height = 800 },
        });
        if (view.User is not null)
            await SignInAsync(context, url, view);
        var complaints = new Complaints(context, url, view.Refusals);
        var page = new ShownPage(await context.NewPageAsync(), view, complaints);
        await page.GoToAsync(url);
        await look(page);
        complaints.AssertNone();
    }

    /// <summary>Sends what the form of the repository's sign-in page sends.</summary>
    static async Task SignInAsync(IBrowserContext context, Uri url, View view)
    {
        var form = context.APIRequest.CreateFormData().Set("user", view.User!).Set("password", view.Password!);
        var answer = await context.APIRequest.PostAsync(
            new Uri(url, $"/{url.Segments[1]}login/").AbsoluteUri, new() { Form = form, MaxRedirects = 0 });
        Assert.Equal(303, answer.Status);
    }

    /// <summary>This process's environment, with a folder of the tests' own for what Chromium keeps for itself.
    /// </summary>
    Dictionary<string, string> EnvironmentOfBrowser()
    {
        var variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(variable => (string)variable.Key, variable => (string)variable.Value!);
        variables["XDG_CONFIG_HOME"] = _settings.Path;
        variables["XDG_CACHE_HOME"] = _settings.Path;
        return variables;
    }
}
