using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PyRepo.Server.Upstream;

namespace PyRepo.Server.Tests.Upstream;

/// <summary>An index that answers as a test tells it. It counts its requests.</summary>
sealed class ScriptedIndex : IAsyncDisposable
{
    readonly WebApplication _app;
    int _requests;

    ScriptedIndex()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(context =>
        {
            Interlocked.Increment(ref _requests);
            return Answer(context);
        });
    }

    /// <summary>What it answers.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = context => Status(context, 404);

    /// <summary>How many requests it received.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>How a client reaches it.</summary>
    public UpstreamSettings Settings => new()
    {
        Url = new Uri(new Uri(_app.Urls.Single()), "simple/"),
        Timeout = TimeSpan.FromSeconds(30),
        EgressPolicy = new EgressPolicy(inCluster: false, [], []),
        Fingerprint = "scripted",
    };

    public static async Task<ScriptedIndex> StartAsync()
    {
        var index = new ScriptedIndex();
        await index._app.StartAsync();
        return index;
    }

    /// <summary>Answers a status without a body.</summary>
    public static Task Status(HttpContext context, int status, string? retryAfter = null)
    {
        context.Response.StatusCode = status;
        if (retryAfter is not null)
            context.Response.Headers.RetryAfter = retryAfter;
        return Task.CompletedTask;
    }

    /// <summary>Answers with a list of projects, and anything else in another way.</summary>
    public static Func<HttpContext, Task> WithList(Func<HttpContext, Task> otherwise) => context =>
    {
        if (context.Request.Path != "/simple/")
            return otherwise(context);
        context.Response.ContentType = "application/vnd.pypi.simple.v1+json";
        return context.Response.WriteAsync("""{ "meta": { "api-version": "1.1" }, "projects": [] }""");
    };

    /// <summary>Answers with the page of the project that is asked for, with one file of each version.</summary>
    public static Task Page(HttpContext context, long serial, params IEnumerable<string> versions)
    {
        var name = context.Request.Path.Value!.Split('/')[^2];
        var files = versions.Select(version =>
            $$"""{ "filename": "{{name}}-{{version}}.tar.gz", "url": "/files/{{version}}", "hashes": {} }""");
        context.Response.ContentType = "application/vnd.pypi.simple.v1+json";
        return context.Response.WriteAsync($$"""
            { "meta": { "api-version": "1.1", "_last-serial": {{serial}} }, "name": "{{name}}",
              "files": [ {{string.Join(',', files)}} ] }
            """);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
