using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using PyRepo.Metrics;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Platform.Admission;
using PyRepo.Server.Serving.Runtime;

namespace PyRepo.Server.Serving.Management;

/// <summary>The management port: health, metrics and status. It is never part of a Service.</summary>
sealed class ManagementEndpoint(RepositorySupervisor running, StatusText status, MetricsText metrics)
{
    /// <summary>Whether the server is stopping. It is no longer ready then.</summary>
    public bool IsStopping { get; set; }

    /// <summary>Handles a request.</summary>
    public Task HandleAsync(HttpContext context) => context.Request.Path.Value switch
    {
        _ when !LocalHosts.Include(context.Request.Headers.Host) =>
            TextAsync(context, 403, "Use an IP address or localhost for the management port.\n"),
        "/healthz/live" => LiveAsync(context),
        "/healthz/ready" => ReadyAsync(context),
        "/metrics" => MetricsAsync(context),
        "/status" => BytesAsync(context, 200, status.Render(), "application/json"),
        _ => TextAsync(context, 404, "The available paths are /healthz/live, /healthz/ready, /metrics and /status.\n"),
    };

    static Task LiveAsync(HttpContext context) => WorkGate.Shared.IsStuck
        ? TextAsync(context, 503, $"{WorkGate.Shared.Stuck} computations do not end\n")
        : TextAsync(context, 200, "ok\n");

    Task ReadyAsync(HttpContext context)
    {
        if (IsStopping)
            return TextAsync(context, 503, "stopping\n");
        var waiting = running.Running.Where(r => r.Value.Waiting is not null).Select(
            r => $"{r.Key} {r.Value.Waiting}\n").ToList();
        if (running.Current is null)
            return TextAsync(context, 503, "starting\n");
        return waiting.Count == 0 ? TextAsync(context, 200, "ok\n") : TextAsync(context, 503, string.Concat(waiting));
    }

    Task MetricsAsync(HttpContext context)
    {
        context.Response.ContentType = ExpositionText.ContentType;
        if (!HttpMethods.IsHead(context.Request.Method))
            metrics.WriteTo(context.Response.BodyWriter);
        return Task.CompletedTask;
    }

    static Task TextAsync(HttpContext context, int status, string text) =>
        BytesAsync(context, status, Encoding.UTF8.GetBytes(text), "text/plain; charset=utf-8");

    static Task BytesAsync(HttpContext context, int status, byte[] body, string type)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        context.Response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : context.Response.BodyWriter.WriteAsync(body).AsTask();
    }
}
