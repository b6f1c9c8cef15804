using System.Collections.Frozen;
using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PyRepo.Server.Access;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Endpoints.Rendering;
using PyRepo.Server.Endpoints.TrustedPublishing;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Platform.Connections;
using PyRepo.Server.Platform.Logging;
using PyRepo.Server.Platform.Tls;
using PyRepo.Server.Serving.Configuration;
using PyRepo.Server.Serving.Management;
using PyRepo.Server.Serving.Runtime;

namespace PyRepo.Server.Serving.Routing;

/// <summary>The web server, with one port for packages and one for management.</summary>
static class ServerHost
{
    /// <summary>Builds the server. It does not listen yet.</summary>
    /// <param name="options">The server's options.</param>
    /// <param name="tls">The content of the files of <see cref="ServeOptions.Tls"/>, if there are any.</param>
    public static WebApplication Build(ServeOptions options, TlsPair? tls)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.Drain);
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IServiceProvider>((kestrel, services) =>
            Listeners.Configure(kestrel, options, services.GetService<TlsCertificate>()));
        builder.Services.AddSingleton<IConnectionListenerFactory>(services => new LimitedListenerFactory(
            ActivatorUtilities.CreateInstance<SocketTransportFactory>(services),
            endpoint => Listeners.GetLimit(options, endpoint),
            services.GetRequiredService<ILoggerFactory>().CreateLogger("PyRepo.Connections")));
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>, BlockPool>();
        builder.Services.Configure<SocketTransportOptions>(sockets => sockets.MaxReadBufferSize = 256 * 1024);
        // Who changed what is logged, however often it happens.
        ConsoleLog.AddTo(
            builder.Logging,
            unlimited: FrozenSet.Create(nameof(Endpoints.Http.Log.Changed), nameof(Hosted.Retention.Log.Removed)));
        builder.Services
            .AddSingleton(options)
            .AddSingleton(TimeProvider.System)
            .AddSingleton(MemoryBudget.OfControlGroup())
            .AddSingleton<RepositoryRegistry>()
            .AddSingleton<BurnedTokens>()
            .AddSingleton<RepositorySupervisor>()
            .AddSingleton<ConfigurationWatcher>()
            .AddSingleton<TokenMint>()
            .AddSingleton<MetricsText>()
            .AddSingleton<StatusText>()
            .AddSingleton<ManagementEndpoint>();
        RequestServices.Add(builder.Services);
        if (options.Tls is { } files && tls is not null)
        {
            builder.Services.AddSingleton(services =>
                new TlsCertificate(files, tls, services.GetRequiredService<ILogger<TlsCertificate>>()));
        }
        var app = builder.Build();
        var served = app.Services.GetRequiredService<RepositoryRegistry>();
        served.Replaced = app.Services.GetRequiredService<RenderedPageCache>().RemoveOthers;
        var router = app.Services.GetRequiredService<RequestRouter>();
        var management = app.Services.GetRequiredService<ManagementEndpoint>();
        // With TLS, the certificate has the names.
        RequestDelegate packages =
            IPAddress.IsLoopback(options.Listen.Address) && options is { TrustedProxies: [], Tls: null }
                ? LocalHosts.Apply(served.DeclaresHost, router.DispatchAsync)
                : TrustedProxies.Apply(
                    options.TrustedProxies, router.DispatchAsync,
                    app.Services.GetRequiredService<ILoggerFactory>());
        ((IApplicationBuilder)app).Run(context =>
            Listeners.IsForManagement(context)
                ? management.HandleAsync(context) : HandleAsync(router, packages, context));
        return app;
    }

    /// <summary>Returns the addresses in use once the server listens: first packages, then management.</summary>
    public static (string Packages, string Management) GetAddresses(WebApplication app)
    {
        var addresses =
            app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToList();
        return (addresses[0], addresses[1]);
    }

    static Task HandleAsync(RequestRouter router, RequestDelegate packages, HttpContext context)
    {
        var began = Stopwatch.GetTimestamp();
        var handling = router.HandleAsync(context, packages);
        if (!handling.IsCompletedSuccessfully)
            return CountAsync(handling, context, began);
        Count(context, began);
        return Task.CompletedTask;
    }

    static async Task CountAsync(Task handling, HttpContext context, long began)
    {
        await handling;
        Count(context, began);
    }

    static void Count(HttpContext context, long began) => context.Features.Get<RouteCounts>()?.Add(
        // Asked last: it makes an object for a request that nobody else asks of.
        !context.Response.HasStarted && context.RequestAborted.IsCancellationRequested
            ? RouteCounts.ClientClosedRequest : context.Response.StatusCode,
        began);
}
