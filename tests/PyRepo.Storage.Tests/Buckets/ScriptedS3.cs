using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace PyRepo.Storage.Tests.Buckets;

/// <summary>A service that gives always the same answer, or what a function does.</summary>
sealed class ScriptedS3 : IAsyncDisposable
{
    readonly WebApplication _server;

    ScriptedS3(WebApplication server) => _server = server;

    public string Url => _server.Urls.Single();

    /// <summary>Starts one whose every answer is an error.</summary>
    public static Task<ScriptedS3> StartAsync(int status, string code) => StartAsync(context =>
    {
        context.Response.StatusCode = status;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : context.Response.WriteAsync(
                $"<Error><Code>{code}</Code><Message>{code} things happen</Message><Region>eu-west-3</Region></Error>");
    });

    /// <summary>Starts one.</summary>
    public static async Task<ScriptedS3> StartAsync(RequestDelegate answer, X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"{(certificate is null ? "http" : "https")}://127.0.0.1:0").ConfigureKestrel(
            kestrel => kestrel.ConfigureHttpsDefaults(https => https.ServerCertificate = certificate));
        builder.WebHost.UseKestrelHttpsConfiguration();
        var server = builder.Build();
        server.Run(answer);
        await server.StartAsync();
        return new(server);
    }

    /// <summary>Creates a certificate for the loopback address that is its own root.</summary>
    public static X509Certificate2 CreateCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=tests", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
