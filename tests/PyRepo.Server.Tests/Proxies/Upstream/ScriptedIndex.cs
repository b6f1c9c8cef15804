using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PyRepo.Egress;

namespace PyRepo.Server.Tests.Proxies.Upstream;

/// <summary>An index that answers as a test tells it. It counts its requests.</summary>
sealed class ScriptedIndex : IAsyncDisposable
{
    readonly WebApplication _app;
    int _requests;

    readonly X509Certificate2? _certificate;

    ScriptedIndex(X509Certificate2? certificate)
    {
        _certificate = certificate;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(
            kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                if (certificate is not null)
                    listen.UseHttps(certificate);
            }));
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
        Roots = _certificate is null ? null : [_certificate],
        EgressPolicy = new EgressPolicy(inCluster: false, [], []),
        Fingerprint = "scripted",
    };

    public static Task<ScriptedIndex> StartAsync() => StartAsync(null);

    /// <summary>Starts one that speaks TLS, whose clients trust its certificate.</summary>
    public static Task<ScriptedIndex> StartWithTlsAsync()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=scripted", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = DateTimeOffset.UtcNow;
        return StartAsync(request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1)));
    }

    static async Task<ScriptedIndex> StartAsync(X509Certificate2? certificate)
    {
        var index = new ScriptedIndex(certificate);
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

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _certificate?.Dispose();
    }
}
