using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace PyRepo.Testing.Buckets;

/// <summary>Stands between a client and a service over HTTP, and makes the service misbehave.</summary>
public sealed class FaultProxy : IAsyncDisposable
{
    /// <summary>A service that takes longer is slow by itself, as one on a busy machine is.</summary>
    static readonly TimeSpan _slow = TimeSpan.FromSeconds(1);

    readonly ConcurrentDictionary<(string Method, string Path), int> _numbers = [];
    readonly ConcurrentBag<(long Began, long Ended)> _ownFailures = [];
    readonly Uri _service;
    readonly WebApplication _server;
    readonly HttpMessageInvoker _client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ActivityHeadersPropagator = null,
    });

    int _count;

    FaultProxy(Uri service)
    {
        _service = service;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
        });
        _server = builder.Build();
        _server.Run(HandleAsync);
    }

    /// <summary>Its own URL.</summary>
    public Uri Url { get; private set; } = null!;

    /// <summary>Decides what to do with each request. It may be replaced at any time.</summary>
    public Func<FaultRequest, Fault> Decide { get; set; } = static _ => Fault.None;

    /// <summary>
    /// When the service failed or was slow by itself, and not because of this proxy, as timestamps of the stopwatch.
    /// </summary>
    public IEnumerable<(long Began, long Ended)> OwnFailures => _ownFailures;

    /// <summary>How many requests have come.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Starts one before a service.</summary>
    public static async Task<FaultProxy> StartAsync(Uri service)
    {
        var proxy = new FaultProxy(service);
        await proxy._server.StartAsync();
        var addresses = proxy._server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        proxy.Url = new Uri(addresses.Addresses.Single());
        return proxy;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using (var now = new CancellationTokenSource())
        {
            await now.CancelAsync();
            await _server.StopAsync(now.Token);
        }
        await _server.DisposeAsync();
        _client.Dispose();
    }

    async Task HandleAsync(HttpContext context)
    {
        try
        {
            await HandleAsync(context, Decide(Describe(context.Request)), context.RequestAborted);
        }
        catch (Exception error) when (error is IOException or HttpRequestException or OperationCanceledException)
        {
            // One side has hung up.
            context.Abort();
        }
    }

    FaultRequest Describe(HttpRequest request)
    {
        Interlocked.Increment(ref _count);
        var path = request.Path.Value ?? "/";
        var number = _numbers.AddOrUpdate((request.Method, path), 1, static (_, number) => number + 1);
        return new(request.Method, path, request.QueryString.Value ?? "", number);
    }

    async Task HandleAsync(HttpContext context, Fault fault, CancellationToken cancellationToken)
    {
        await Task.Delay(fault.Delay, cancellationToken);
        if (fault.Answer is { } status)
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/xml";
            var code = status == StatusCodes.Status503ServiceUnavailable ? "SlowDown" : "InternalError";
            await context.Response.WriteAsync($"<Error><Code>{code}</Code></Error>", cancellationToken);
            return;
        }
        if (fault.ResetsBefore)
        {
            context.Abort();
            return;
        }
        using var request = ForwardedMessage.Request(context, _service);
        if (fault.DropsConditions)
            ForwardedMessage.DropConditions(request);
        if (fault.DamagesBody)
            await ForwardedMessage.DamageAsync(request, cancellationToken);
        using var response = await AskAsync(request, cancellationToken);
        if (fault.ResetsAfter)
        {
            context.Abort();
            return;
        }
        await ForwardedMessage.AnswerAsync(response, context, fault, cancellationToken);
    }

    async Task<HttpResponseMessage> AskAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        HttpResponseMessage? response = null;
        try
        {
            return response = await _client.SendAsync(request, cancellationToken);
        }
        finally
        {
            var hasFailed = response is null
                ? !cancellationToken.IsCancellationRequested
                : (int)response.StatusCode >= 500;
            if (hasFailed || Stopwatch.GetElapsedTime(began) > _slow)
                _ownFailures.Add((began, Stopwatch.GetTimestamp()));
        }
    }
}
