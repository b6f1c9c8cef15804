using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace EndToEnd.Browser;

/// <summary>What a browser says against the pages that it shows, and what they ask of other origins.</summary>
public sealed class Complaints
{
    readonly ConcurrentQueue<string> _complaints = new();
    readonly ConcurrentQueue<string> _requests = new();
    readonly IReadOnlyList<int> _refusals;
    readonly string _origin;

    /// <summary>Listens to all pages of a browser's context.</summary>
    /// <param name="context">The context.</param>
    /// <param name="server">A page of the server that may be asked.</param>
    /// <param name="refusals">The statuses of failed requests that are no reason to complain.</param>
    public Complaints(IBrowserContext context, Uri server, IReadOnlyList<int> refusals)
    {
        _refusals = refusals;
        _origin = server.GetLeftPart(UriPartial.Authority);
        context.Request += (_, request) => See(request.Url);
        // Chromium reports here what a Content-Security-Policy forbids, and failed requests. Where a page names no
        // icon, it asks for the server's by itself, at some time or other.
        context.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning"
                && !message.Location.StartsWith($"{_origin}/favicon.ico:", StringComparison.Ordinal)
                && !IsRefusal(message.Text))
                _complaints.Enqueue($"{message.Type}: {message.Text} ({message.Location})");
        };
        context.WebError += (_, error) => _complaints.Enqueue($"script: {error.Error}");
        context.Page += (_, page) =>
        {
            page.WebSocket += (_, socket) => See(socket.Url);
            page.Dialog += async (_, dialog) =>
            {
                _complaints.Enqueue($"dialog: {dialog.Message}");
                await dialog.DismissAsync();
            };
        };
    }

    /// <summary>What the pages asked for.</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    /// <summary>Fails the test if there was any complaint so far.</summary>
    public void AssertNone() => Assert.True(_complaints.IsEmpty, string.Join('\n', _complaints));

    bool IsRefusal(string text) =>
        _refusals.Any(status => text.Contains($"responded with a status of {status} ", StringComparison.Ordinal));

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
