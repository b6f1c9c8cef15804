using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace EndToEnd.Browser;

/// <summary>What a browser says against the pages that it shows, and what they ask of other origins.</summary>
public sealed class Complaints
{
    readonly ConcurrentQueue<string> _complaints = new();
    readonly ConcurrentQueue<string> _requests = new();
    readonly string _origin;

    /// <summary>Listens to all pages of a browser's context.</summary>
    public Complaints(IBrowserContext context, Uri server)
    {
        _origin = server.GetLeftPart(UriPartial.Authority);
        context.Request += (_, request) => See(request.Url);
        // Chromium reports here what a Content-Security-Policy forbids, and failed requests. Where a page names no
        // icon, it asks for the server's by itself, at some time or other.
        context.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning"
                && !message.Location.StartsWith($"{_origin}/favicon.ico:", StringComparison.Ordinal))
                _complaints.Enqueue($"{message.Type}: {message.Text} ({message.Location})");
        };
        context.WebError += (_, error) => _complaints.Enqueue($"script: {error.Error}");
        context.Page += (_, page) => page.WebSocket += (_, socket) => See(socket.Url);
    }

    /// <summary>What the pages asked for.</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    /// <summary>Fails the test if there was any complaint so far.</summary>
    public void AssertNone() => Assert.True(_complaints.IsEmpty, string.Join('\n', _complaints));

    void See(string url)
    {
        // Chromium opens empty pages by itself, and asks nobody for them.
        if (url == "about:blank")
            return;
        _requests.Enqueue(url);
        if (!Uri.TryCreate(url, UriKind.Absolute, out var asked) || asked.GetLeftPart(UriPartial.Authority) != _origin)
            _complaints.Enqueue($"asked another origin: {url}");
    }
}
