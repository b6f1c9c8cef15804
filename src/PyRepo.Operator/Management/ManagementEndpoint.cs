using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PyRepo.Kubernetes.Metrics;
using PyRepo.Operator.Controllers;

namespace PyRepo.Operator.Management;

/// <summary>The operator's own port: <c>/livez</c>, <c>/readyz</c> and <c>/metrics</c>.</summary>
static class ManagementEndpoint
{
    /// <summary>Starts to listen.</summary>
    /// <exception cref="IOException">The address is taken.</exception>
    public static async Task<WebApplication> StartAsync(
        IPEndPoint listen, Func<OperatorHost?> current, MetricRegistry metrics, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(listen);
        });
        var app = builder.Build();
        app.Run(context => AnswerAsync(context, current(), metrics));
        await app.StartAsync(cancellationToken);
        return app;
    }

    static Task AnswerAsync(HttpContext context, OperatorHost? host, MetricRegistry metrics)
    {
        var (status, text) = context.Request.Path.Value switch
        {
            "/livez" =>
                host?.IsAlive is not false ? (200, "ok\n") : (503, "A watch has received nothing for 20 minutes.\n"),
            "/readyz" => host?.IsReady is true ? (200, "ok\n") : (503, "Not everything was listed yet.\n"),
            "/metrics" => (200, metrics.Render()),
            _ => (404, "There are /livez, /readyz and /metrics.\n"),
        };
        context.Response.StatusCode = status;
        context.Response.ContentType =
            context.Request.Path == "/metrics" ? MetricRegistry.ContentType : "text/plain; charset=utf-8";
        return context.Response.WriteAsync(text, context.RequestAborted);
    }
}
