using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace PyRepo.Testing.Cluster;

/// <summary>A request that waits for the test to answer it.</summary>
public sealed class ScriptedRequest
{
    readonly HttpContext _context;
    readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal ScriptedRequest(HttpContext context, string body)
    {
        (_context, Body) = (context, body);
        (Method, Path, Protocol) = (context.Request.Method, context.Request.Path, context.Request.Protocol);
        Query = context.Request.Query.ToDictionary(q => q.Key, q => q.Value.ToString());
        Headers = context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString());
        context.RequestAborted.Register(() => _left.TrySetResult());
    }

    public string Method { get; }
    public string Path { get; }
    public string Protocol { get; }
    public string Body { get; }
    public IReadOnlyDictionary<string, string> Query { get; }
    public IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>Whether it asks for a watch.</summary>
    public bool IsWatch => Query.ContainsKey("watch");

    /// <summary>Completes when the client has hung up.</summary>
    public Task Left => _left.Task;

    /// <summary>An object, as JSON.</summary>
    public static string Object(string name, string resourceVersion, string? uid = null, string more = "") =>
        $$"""{"metadata":{"namespace":"shop","name":"{{name}}","uid":"{{uid ?? name}}","resourceVersion":"{{resourceVersion}}"}{{more}}}""";

    /// <summary>Answers it whole.</summary>
    public async Task AnswerAsync(int status, string json, string? retryAfter = null)
    {
        _context.Response.StatusCode = status;
        _context.Response.ContentType = "application/json";
        if (retryAfter is not null)
            _context.Response.Headers.RetryAfter = retryAfter;
        await _context.Response.WriteAsync(json);
        _answered.TrySetResult();
    }

    /// <summary>Answers it with one page of a list.</summary>
    public Task AnswerListAsync(string resourceVersion, IReadOnlyList<string> items, string next = "") =>
        AnswerAsync(200, $$"""
            {"kind":"List","metadata":{"resourceVersion":"{{resourceVersion}}","continue":"{{next}}"},"items":[{{string.Join(',', items)}}]}
            """);

    /// <summary>Refuses it.</summary>
    public Task RefuseAsync(int code, string reason, string? retryAfter = null) =>
        AnswerAsync(code, Status(code, reason), retryAfter);

    /// <summary>Sends the head of a watch's answer.</summary>
    public async Task BeginAsync()
    {
        _context.Response.ContentType = "application/json";
        await _context.Response.Body.FlushAsync();
    }

    /// <summary>Sends an event: ADDED, MODIFIED, DELETED.</summary>
    public Task SendAsync(string type, string content) =>
        SendTextAsync($$"""{"type":"{{type}}","object":{{content}}}""" + "\n");

    /// <summary>Sends a bookmark.</summary>
    public Task SendBookmarkAsync(string resourceVersion) =>
        SendAsync("BOOKMARK", $$$"""{"kind":"ConfigMap","metadata":{"resourceVersion":"{{{resourceVersion}}}"}}""");

    /// <summary>Sends an ERROR event.</summary>
    public Task SendErrorAsync(int code, string reason) => SendAsync("ERROR", Status(code, reason));

    /// <summary>Sends anything.</summary>
    public async Task SendTextAsync(string text)
    {
        await _context.Response.WriteAsync(text);
        await _context.Response.Body.FlushAsync();
    }

    /// <summary>Ends the answer as it should end.</summary>
    public void End() => _answered.TrySetResult();

    /// <summary>Breaks the connection.</summary>
    public void Abort()
    {
        _context.Abort();
        _answered.TrySetResult();
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Method} {Path}{_context.Request.QueryString}";

    internal Task AnsweredAsync() => Task.WhenAny(_answered.Task, _left.Task);

    static string Status(int code, string reason) => string.Create(CultureInfo.InvariantCulture,
        $$"""{"kind":"Status","status":"Failure","message":"{{reason}} it is","reason":"{{reason}}","code":{{code}}}""");
}
