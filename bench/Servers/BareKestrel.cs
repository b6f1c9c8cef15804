using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bench.Servers;

/// <summary>
/// Kestrel with nothing in it but bytes, as a child process of the bench: what this machine's framework can do.
/// </summary>
sealed class BareKestrel : IDisposable
{
    const int LargestInMemory = 16 * 1024 * 1024;

    readonly ChildProcess _process;

    public BareKestrel(string root)
    {
        _process = ChildProcess.Start(Environment.ProcessPath!, ["kestrel", root], ["Listening on "]);
        Server = new StaticServer("bare Kestrel", new Uri(_process.LineAfter("Listening on ").Trim()), [_process.Id]);
    }

    public StaticServer Server { get; }

    public void Dispose() => _process.Dispose();

    /// <summary>The child: serves the files of a folder, the small ones from memory, until it is ended.</summary>
    public static async Task RunAsync(string root)
    {
        var small = Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .Where(file => new FileInfo(file).Length <= LargestInMemory)
            .ToDictionary(file => "/" + Path.GetRelativePath(root, file), File.ReadAllBytes);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        await using var app = builder.Build();
        ((IApplicationBuilder)app).Run(context => AnswerAsync(context, root, small));
        await app.StartAsync();
        Console.WriteLine($"Listening on {app.Urls.Single()}");
        await ((IHost)app).WaitForShutdownAsync();
    }

    static Task AnswerAsync(HttpContext context, string root, Dictionary<string, byte[]> small)
    {
        var path = context.Request.Path.Value!;
        var response = context.Response;
        response.ContentType = path.EndsWith(".html", StringComparison.Ordinal) ? "text/html" : "application/json";
        if (context.Request.Headers.AcceptEncoding.Count > 0 && small.TryGetValue($"{path}.gz", out var compressed))
        {
            response.Headers.ContentEncoding = "gzip";
            return SendAsync(response, compressed);
        }

        if (small.TryGetValue(path, out var bytes))
            return SendAsync(response, bytes);

        response.ContentType = "application/octet-stream";
        response.ContentLength = new FileInfo(root + path).Length;
        return response.SendFileAsync(root + path);
    }

    static Task SendAsync(HttpResponse response, byte[] bytes)
    {
        response.ContentLength = bytes.Length;
        var writing = response.BodyWriter.WriteAsync(bytes);
        return writing.IsCompletedSuccessfully ? Task.CompletedTask : writing.AsTask();
    }
}
