using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EndToEnd.Proxying;

/// <summary>
/// A web server in the tests' own process that answers what a test tells it to, and remembers what it was asked.
/// </summary>
public sealed class ScriptedUpstream : IAsyncDisposable
{
    readonly ConcurrentDictionary<string, Reply> _replies = new(StringComparer.Ordinal);
    readonly ConcurrentQueue<SeenRequest> _seen = new();
    readonly X509Certificate2? _certificate;
    readonly IPAddress _address;
    WebApplication? _app;
    int _port;

    ScriptedUpstream(X509Certificate2? certificate, IPAddress address)
    {
        (_certificate, _address) = (certificate, address);
        At("/simple/", Replies.Text("""{ "meta": { "api-version": "1.0" }, "projects": [] }""", Replies.Json));
    }

    /// <summary>Its root, with a slash at the end.</summary>
    public Uri Url => new($"{(_certificate is null ? "http" : "https")}://{_address}:{_port}/");

    /// <summary>Its Simple API.</summary>
    public Uri Index => new(Url, "simple/");

    /// <summary>
    /// Answers whatever has no answer of its own; it need not be addressed to this server, for it may play a proxy.
    /// </summary>
    public Reply Otherwise { get; set; } = Replies.Status(404);

    /// <summary>
    /// Whether it answers, and remembers, requests for the last bytes of a file. If not, they get 416.
    /// </summary>
    public bool AnswersTails { get; set; }

    /// <summary>What it was asked, in order.</summary>
    public IReadOnlyList<SeenRequest> Seen => [.. _seen];

    /// <summary>Starts one.</summary>
    /// <param name="certificate">What it speaks TLS with; null: it does not.</param>
    /// <param name="address">Where it listens; null: on the loopback address.</param>
    public static async Task<ScriptedUpstream> StartAsync(
        X509Certificate2? certificate = null, IPAddress? address = null)
    {
        var upstream = new ScriptedUpstream(certificate, address ?? IPAddress.Loopback);
        await upstream.StartAgainAsync();
        return upstream;
    }

    /// <summary>Starts it, on the same port if it ran before.</summary>
    public async Task StartAgainAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.Zero);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(_address, _port, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                if (_certificate is not null)
                    listen.UseHttps(_certificate);
            });
        });
        _app = builder.Build();
        _app.Run(AnswerAsync);
        await _app.StartAsync();
        _port = new Uri(_app.Urls.Single()).Port;
    }

    /// <summary>Ends it; from then on connections are refused.</summary>
    public async Task StopAsync()
    {
        if (_app is null)
            return;
        await _app.StopAsync();
        await _app.DisposeAsync();
        _app = null;
    }

    /// <summary>Says what is answered at a path, from now on.</summary>
    public void At(string path, Reply reply) => _replies[path] = reply;

    /// <summary>Says what is answered for a project's page.</summary>
    public void AtPage(string project, Reply reply) => At($"/simple/{project}/", reply);

    /// <summary>Says what is answered for a file.</summary>
    public void AtFile(string fileName, Reply reply) => At($"/files/{fileName}", reply);

    /// <summary>Serves a page in JSON, and its files.</summary>
    public void Serve(ScriptedPage page)
    {
        AtPage(page.Project, page.AsJson());
        foreach (var file in page.Files)
            AtFile(file.FileName, Replies.Bytes(file.Bytes));
    }

    /// <summary>How often a path was asked for.</summary>
    public int GetCount(string path) => _seen.Count(s => s.Path == path);

    /// <summary>How often a project's page was asked for.</summary>
    public int CountOfPage(string project) => GetCount($"/simple/{project}/");

    /// <summary>How often a file was asked for.</summary>
    public int CountOfFile(string fileName) => GetCount($"/files/{fileName}");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _certificate?.Dispose();
    }

    Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (!AnswersTails && context.Request.Headers.Range.ToString().StartsWith("bytes=-", StringComparison.Ordinal))
            return Replies.Status(416)(context);
        _seen.Enqueue(new SeenRequest(
            context.Request.Method, context.Request.Host.Value!, path,
            context.Request.Headers.ToDictionary(
                h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
        return (_replies.GetValueOrDefault(path) ?? Otherwise)(context);
    }
}
