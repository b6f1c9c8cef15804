using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using PyRepo.Server.Configuration;
using PyRepo.Server.Hosting;

namespace PyRepo.Server.Management;

/// <summary>The management port: health, metrics and status. It is never part of a Service.</summary>
sealed class ManagementEndpoint(RepositorySupervisor running, ConfigurationWatcher watch, PrometheusText metrics)
{
    /// <summary>Whether the server is stopping. It is no longer ready then.</summary>
    public bool IsStopping { get; set; }

    /// <summary>Handles a request.</summary>
    public Task HandleAsync(HttpContext context) => context.Request.Path.Value switch
    {
        "/healthz/live" => TextAsync(context, 200, "ok\n"),
        "/healthz/ready" => ReadyAsync(context),
        "/metrics" => TextAsync(context, 200, metrics.Render(), "text/plain; version=0.0.4; charset=utf-8"),
        "/status" => TextAsync(
            context, 200, JsonSerializer.Serialize(Status(), StatusJson.Default.StatusDocument), "application/json"),
        _ => TextAsync(context, 404, "The available paths are /healthz/live, /healthz/ready, /metrics and /status.\n"),
    };

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

    StatusDocument Status()
    {
        var configuration = running.Current;
        return new StatusDocument
        {
            Version = ProgramVersion.Text,
            Hash = configuration?.DeclaredHash ?? "",
            Problems = watch.Problems,
            NotSupportedYet = [.. configuration?.NotSupportedYet.Select(configuration.TextOf) ?? []],
            BadReferences = [.. configuration?.BadReferences.Select(configuration.ReportOf) ?? []],
            Repositories = [.. configuration?.Manifests.Resources.Select(StatusOf) ?? []],
        };
    }

    RepositoryStatus StatusOf(Resources.Resource resource)
    {
        var status = new RepositoryStatus
        {
            Kind = resource.Kind,
            Name = resource.Metadata.Name,
            Uid = resource.Metadata.Uid,
            Generation = resource.Metadata.Generation,
            Ready = false,
            Reason = !SupportedFields.CanServe(resource) ? UnavailableReason.NotSupported
                : resource.Spec().Suspend ? UnavailableReason.Suspended
                : null,
            Message = RepositorySupervisor.UnavailableMessage(resource),
            Refused = new Dictionary<string, string>(),
        };
        if (resource is Resources.RepositoryGroup && status.Message is null)
            return status with { Ready = true };
        if (!running.Running.TryGetValue(resource.Metadata.Name, out var storage))
            return status;
        var (projects, files, size) = storage.Records.Total();
        return status with
        {
            Ready = storage.Waiting is null,
            Reason = storage.WaitingReason,
            Message = storage.Waiting,
            Projects = projects,
            Files = files,
            Size = size,
            Refused = storage.NotAdopted,
            Upstream = storage is ProxyHost proxy
                ? new UpstreamStatus(!proxy.Upstream.IsFailing, proxy.Upstream.LastSuccess, proxy.Upstream.LastError)
                : null,
        };
    }

    static Task TextAsync(HttpContext context, int status, string text, string type = "text/plain; charset=utf-8")
    {
        var body = Encoding.UTF8.GetBytes(text);
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        context.Response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : context.Response.BodyWriter.WriteAsync(body).AsTask();
    }
}
