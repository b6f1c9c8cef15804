using System.Net;
using System.Text;

namespace PyRepo.Testing.Buckets;

/// <summary>Answers requests as a test says, and keeps what was asked.</summary>
public sealed class ScriptedHandler(
    Func<HttpRequestMessage, string, CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler
{
    readonly List<string> _requests = [];

    /// <summary>Answers at once.</summary>
    public ScriptedHandler(Func<HttpRequestMessage, string, HttpResponseMessage> answer)
        : this((request, body, _) => Task.FromResult(answer(request, body)))
    {
    }

    /// <summary>The requests: <c>PUT https://…</c>.</summary>
    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (_requests)
                return [.. _requests];
        }
    }

    /// <summary>A response with a text.</summary>
    public static HttpResponseMessage Text(
        HttpStatusCode status, string text = "", string type = "application/json", params (string, string)[] headers)
    {
        var response = new HttpResponseMessage(status) { Content = new StringContent(text, Encoding.UTF8, type) };
        foreach (var (name, value) in headers)
        {
            if (!response.Headers.TryAddWithoutValidation(name, value))
                response.Content.Headers.TryAddWithoutValidation(name, value);
        }
        return response;
    }

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        lock (_requests)
            _requests.Add($"{request.Method} {request.RequestUri}");
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        return await answer(request, body, cancellationToken);
    }
}
