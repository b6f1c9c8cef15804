using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace PyRepo.Testing.Cluster;

/// <summary>
/// A fake of the Kubernetes API for what a real one does not do when asked: it hands each request to the test, which
/// answers it as it likes.
/// </summary>
public sealed class ScriptedApiServer : IAsyncDisposable
{
    readonly WebApplication _host;
    readonly Channel<ScriptedRequest> _requests = Channel.CreateUnbounded<ScriptedRequest>();
    int _count;

    ScriptedApiServer(WebApplication host) => _host = host;

    /// <summary>Its address, on the loopback interface.</summary>
    public Uri Address => new(_host.Urls.Single());

    /// <summary>How many requests have come.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Starts one.</summary>
    /// <param name="port">Where; 0: anywhere.</param>
    /// <param name="certificate">Its certificate: with one it speaks TLS and HTTP/2; without, HTTP/1.1.</param>
    public static async Task<ScriptedApiServer> StartAsync(int port = 0, X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, port, listen =>
            {
                listen.Protocols = certificate is null ? HttpProtocols.Http1 : HttpProtocols.Http1AndHttp2;
                if (certificate is not null)
                    listen.UseHttps(certificate);
            }));
        var host = builder.Build();
        var server = new ScriptedApiServer(host);
        host.Run(server.TakeAsync);
        await host.StartAsync();
        return server;
    }

    /// <summary>The next request; waits for it.</summary>
    public ValueTask<ScriptedRequest> NextAsync() => _requests.Reader.ReadAsync();

    /// <summary>The next request, which must be a list; answers it with one page.</summary>
    public async Task<ScriptedRequest> AnswerListAsync(string resourceVersion, params string[] items)
    {
        var request = await NextAsync();
        if (request.IsWatch)
            throw new InvalidOperationException($"A list was expected, and {request} came.");
        await request.AnswerListAsync(resourceVersion, items);
        return request;
    }

    /// <summary>The next request, which must be a watch; begins to answer it.</summary>
    public async Task<ScriptedRequest> BeginWatchAsync()
    {
        var request = await NextAsync();
        if (!request.IsWatch)
            throw new InvalidOperationException($"A watch was expected, and {request} came.");
        await request.BeginAsync();
        return request;
    }

    /// <summary>Ends it at once, whatever runs.</summary>
    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _host.StopAsync(now.Token);
        await _host.DisposeAsync();
    }

    async Task TakeAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var request = new ScriptedRequest(context, await reader.ReadToEndAsync());
        Interlocked.Increment(ref _count);
        _requests.Writer.TryWrite(request);
        await request.AnsweredAsync();
    }
}
