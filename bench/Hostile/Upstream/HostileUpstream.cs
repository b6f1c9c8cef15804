using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bench.Hostile.Upstream;

/// <summary>
/// An index that misbehaves, as a child process of the bench. The first part of a project's name, up to its first
/// hyphen, says how: <c>endlessjson-7</c>. What has no such part is not found.
/// </summary>
static class HostileUpstream
{
    static readonly ConcurrentDictionary<string, int> _seen = new(StringComparer.Ordinal);

    /// <summary>The child: answers until it is ended. <c>/seen</c> tells how often each kind was asked for.</summary>
    public static async Task RunAsync(int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.Zero);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.MaxRequestLineSize = 64 * 1024;
            kestrel.Listen(IPAddress.Loopback, port);
        });
        await using var app = builder.Build();
        ((IApplicationBuilder)app).Run(AnswerAsync);
        await app.StartAsync();
        Console.WriteLine($"Listening on {app.Urls.Single()}");
        await ((IHost)app).WaitForShutdownAsync();
    }

    static async Task AnswerAsync(HttpContext context)
    {
        try
        {
            await AnswerPathAsync(context);
        }
        catch (OperationCanceledException)
        {
            // The server under test left.
        }
    }

    static Task AnswerPathAsync(HttpContext context)
    {
        switch (context.Request.Path.Value!.Trim('/').Split('/'))
        {
            case ["seen"]:
                return context.Response.WriteAsync(string.Concat(_seen.Select(kind => $"{kind.Key} {kind.Value}\n")));
            case ["simple"]:
                return OrdinaryProject.SendListAsync(context.Response);
            case ["simple", var project]:
                Count("page", project);
                return SendPageAsync(context, project);
            case ["files", var file]:
                Count("file", file);
                return SendFileAsync(context, file);
            default:
                context.Response.StatusCode = 404;
                return Task.CompletedTask;
        }
    }

    static Task SendPageAsync(HttpContext context, string project)
    {
        var (response, left) = (context.Response, context.RequestAborted);
        switch (GetKind(project))
        {
            case "honest" or "many":
                return OrdinaryProject.SendPageAsync(response, project, files: 20);
            case "large":
                return OrdinaryProject.SendPageAsync(response, project, files: 20_000);
            case "release":
                return HostilePages.SendReleaseAsync(response, project, files: 49_000);
            case "yanked":
                return HostilePages.SendYankedAsync(response, project, files: 1_000, reasonLength: 30_000);
            case "claimed" or "claimedwhole" or "unending":
                return HostilePages.SendOneFileAsync(response, project);
            case "wide":
                return HostilePages.SendWideAsync(response, project, files: 300_000, left);
            case "endlessjson":
                return HostilePages.SendEndlessJsonAsync(response, project, left);
            case "endlesshtml":
                return HostilePages.SendEndlessHtmlAsync(response, project, left);
            case "endlesscomments":
                return HostilePages.SendEndlessCommentsAsync(response, left);
            case "endlessgzip":
                return HostilePages.SendEndlessGzipAsync(response, inflated: 10_000_000, left);
            case "endlessnothing":
                return HostilePages.SendEndlessGzipAsync(response, inflated: 0, left);
            case "failing":
                response.StatusCode = 500;
                return Task.CompletedTask;
            case "hangingup":
                context.Abort();
                return Task.CompletedTask;
            case "late":
                response.StatusCode = 429;
                response.Headers.RetryAfter = "999999999";
                return Task.CompletedTask;
            default:
                response.StatusCode = 404;
                return Task.CompletedTask;
        }
    }

    static Task SendFileAsync(HttpContext context, string file) => GetKind(file) switch
    {
        "claimed" =>
            HostileFiles.SendClaimAsync(context.Response, HostileFiles.LargeClaim, context.RequestAborted),
        "claimedwhole" =>
            HostileFiles.SendClaimAsync(context.Response, HostileFiles.WholeCache, context.RequestAborted),
        "unending" => HostileFiles.SendUnendingAsync(context.Response, context.RequestAborted),
        _ => OrdinaryProject.SendFileAsync(context.Response, file),
    };

    static void Count(string what, string name) =>
        _seen.AddOrUpdate(
            string.Create(CultureInfo.InvariantCulture, $"{what}/{GetKind(name)}"), 1, (_, count) => count + 1);

    /// <summary>The first part of a name; names that nobody made up here share one.</summary>
    static string GetKind(string name) => name.Split('-')[0] is { Length: <= 16 } kind && kind.All(char.IsAsciiLetter)
        ? kind
        : "unknown";
}
