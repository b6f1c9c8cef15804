using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bench.Mirrors;

/// <summary>
/// An index as large as one likes, as a child process of the bench: it knows its projects and files by formula, and
/// makes what it is asked for on the fly. Its list has serials, as PyPI's.
/// </summary>
static class SyntheticIndex
{
    /// <summary>The files of each project, before it changes.</summary>
    public const int Files = 20;

    /// <summary>Each change concerns one project of so many.</summary>
    public const int ChangedOneOf = 100;

    /// <summary>The serial of a project is this and its number, until it changes.</summary>
    public const int FirstSerial = 70_000_000;

    /// <summary>The serial of the list is this and the number of changes.</summary>
    public const int ListSerial = 80_000_000;

    const string Json = "application/vnd.pypi.simple.v1+json";

    /// <summary>The number in a name has so many digits.</summary>
    const int Digits = 7;

    static readonly ConcurrentDictionary<string, int> _seen = new(StringComparer.Ordinal);
    static int _projects;
    static int _changes;

    /// <summary>The name of a project.</summary>
    public static string GetName(int project) =>
        string.Create(CultureInfo.InvariantCulture, $"mirror-{project:D7}");

    /// <summary>The child: answers until it is ended.</summary>
    public static async Task RunAsync(int port, int projects)
    {
        _projects = projects;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.Zero);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        await using var app = builder.Build();
        ((IApplicationBuilder)app).Run(AnswerAsync);
        await app.StartAsync();
        Console.WriteLine($"Listening on {app.Urls.Single()}");
        await ((IHost)app).WaitForShutdownAsync();
    }

    static Task AnswerAsync(HttpContext context)
    {
        var parts = context.Request.Path.Value!.Split('/');
        switch (parts)
        {
            case [_, "counts"]:
                return context.Response.WriteAsync(
                    string.Join('\n', _seen.Select(kind => $"{kind.Key} {kind.Value}")));
            case [_, "change"]:
                Interlocked.Increment(ref _changes);
                return context.Response.WriteAsync("changed");
            case [_, "simple", ""]:
                Count("list");
                return ListAsync(context);
            case [_, "simple", var name, ""] when TryParse(name, out var project):
                Count("page");
                return PageAsync(context, project);
            case [_, "files", _, var version]:
                Count("file");
                return context.Response.WriteAsync(GetContent(version));
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
        }
    }

    static void Count(string kind) => _seen.AddOrUpdate(kind, 1, static (_, count) => count + 1);

    static bool TryParse(string name, out int project) =>
        int.TryParse(name.AsSpan(Math.Max(0, name.Length - Digits)), CultureInfo.InvariantCulture, out project)
        && project < _projects && name == GetName(project);

    static bool IsChanged(int project) => _changes > 0 && project % ChangedOneOf == 0;

    static int GetSerial(int project) => IsChanged(project) ? ListSerial + _changes : FirstSerial + project;

    static async Task ListAsync(HttpContext context)
    {
        const int flushAt = 64 << 10;
        var tag = $"\"{ListSerial + _changes}\"";
        context.Response.Headers.ETag = tag;
        context.Response.Headers["X-PyPI-Last-Serial"] = $"{ListSerial + _changes}";
        if (context.Request.Headers.IfNoneMatch == tag)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        context.Response.ContentType = Json;
        var text = new StringBuilder(
            $$"""{"meta":{"api-version":"1.1","_last-serial":{{ListSerial + _changes}}},"projects":[""");
        for (var n = 0; n < _projects; n++)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $$"""{{(n == 0 ? "" : ",")}}{"name":"{{GetName(n)}}","_last-serial":{{GetSerial(n)}}}""");
            if (text.Length < flushAt)
                continue;
            await context.Response.WriteAsync(text.ToString());
            text.Clear();
        }
        await context.Response.WriteAsync(text.Append("]}").ToString());
    }

    static Task PageAsync(HttpContext context, int project)
    {
        var tag = $"\"{GetSerial(project)}\"";
        context.Response.Headers.ETag = tag;
        if (context.Request.Headers.IfNoneMatch == tag)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        var name = GetName(project);
        var versions = Enumerable.Range(1, Files + (IsChanged(project) ? _changes : 0)).ToList();
        var files = versions.Select(version =>
        {
            var content = GetContent($"{version}");
            var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)));
            return $$"""
                {"filename":"{{name.Replace('-', '_')}}-{{version}}.0.tar.gz","url":"/files/{{name}}/{{version}}",
                "size":{{content.Length}},"upload-time":"2024-01-01T00:00:00Z","hashes":{"sha256":"{{hash}}"} }
                """;
        });
        context.Response.ContentType = Json;
        return context.Response.WriteAsync($$"""
            {"meta":{"api-version":"1.1","_last-serial":{{GetSerial(project)}}},"name":"{{name}}",
            "versions":[{{string.Join(',', versions.Select(version => $"\"{version}.0\""))}}],
            "files":[{{string.Join(',', files)}}]}
            """);
    }

    /// <summary>The same in all projects: what is stored of one is so of another, but for the name.</summary>
    static string GetContent(string version) => $"the file of version {version}\n";
}
