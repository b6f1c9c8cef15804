using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using PyRepo.Server.Endpoints.Files;

namespace PyRepo.Server.Tests.Endpoints.Files;

/// <summary>
/// A real Kestrel server on a loopback port. It serves one file of pseudo-random bytes at
/// <c>/file?offset=…&amp;count=…</c>, the same bytes from memory at <c>/memory</c>, and a short response at
/// <c>/small</c>. It records the outcome of each file request, in the order of arrival.
/// </summary>
sealed class FileHost : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly ConcurrentQueue<TaskCompletionSource<Exception?>> _outcomes = new();
    readonly SemaphoreSlim _arrived = new(0);

    FileHost(Endpoint endpoint, int length, int minDownloadRate)
    {
        Path = System.IO.Path.GetTempFileName();
        Content = new byte[length];
        new Random(length).NextBytes(Content);
        File.WriteAllBytes(Path, Content);

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(
            options => options.Listen(IPAddress.Loopback, 0, listen => Configure(listen, endpoint, minDownloadRate)));
        builder.WebHost.UseKestrelHttpsConfiguration();
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public string Path { get; }

    public byte[] Content { get; }

    public Uri Address => new(_app.Urls.Single());

    /// <summary>Whether the response to the last file request used sendfile(2).</summary>
    public bool UsedSendFile { get; set; }

    public static async Task<FileHost> StartAsync(
        Endpoint endpoint = Endpoint.SendFile, int length = 3_000_000, int minDownloadRate = 1000)
    {
        var host = new FileHost(endpoint, length, minDownloadRate);
        await host._app.StartAsync();
        return host;
    }

    /// <summary>
    /// Returns the outcome of the next file request in the order of arrival, or null if the file was sent.
    /// </summary>
    public async Task<Exception?> NextOutcomeAsync()
    {
        await _arrived.WaitAsync();
        _outcomes.TryDequeue(out var outcome);
        return await outcome!.Task;
    }

    /// <summary>Waits until the next file request has begun.</summary>
    public async Task<Task<Exception?>> NextArrivalAsync()
    {
        await _arrived.WaitAsync();
        _outcomes.TryDequeue(out var outcome);
        return outcome!.Task;
    }

    public Task StopAsync(CancellationToken cancellationToken) => _app.StopAsync(cancellationToken);

    public async Task<RawClient> ConnectAsync(int? receiveBuffer = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (receiveBuffer is { } size)
            socket.ReceiveBufferSize = size;
        await socket.ConnectAsync(IPAddress.Loopback, Address.Port);
        return new RawClient(socket);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
        File.Delete(Path);
    }

    static void Configure(ListenOptions listen, Endpoint endpoint, int minDownloadRate)
    {
        if (endpoint is Endpoint.SendFile or Endpoint.Tls)
            listen.UseSendFile(new SendTimeout(minDownloadRate, TimeProvider.System));
        if (endpoint is Endpoint.Tls)
            listen.UseHttps(SelfSigned());
    }

    async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path == "/small")
        {
            var text = Encoding.ASCII.GetBytes($"small {context.Request.Query["n"]}");
            context.Response.ContentLength = text.Length;
            await context.Response.Body.WriteAsync(text);
            return;
        }

        var outcome = new TaskCompletionSource<Exception?>();
        _outcomes.Enqueue(outcome);
        _arrived.Release();
        try
        {
            var offset = long.Parse(context.Request.Query["offset"].FirstOrDefault() ?? "0");
            using var file = File.OpenHandle(
                Path, share: FileShare.ReadWrite | FileShare.Delete, options: FileOptions.Asynchronous);
            var count = long.Parse(
                context.Request.Query["count"].FirstOrDefault() ?? $"{RandomAccess.GetLength(file) - offset}");
            UsedSendFile = FileSender.GetOutput(context) is not null;
            if (context.Request.Path == "/memory")
                await SendContentAsync(context);
            else
                await FileSender.SendAsync(context, file, offset, count, context.RequestAborted);
            outcome.SetResult(null);
        }
        catch (Exception error)
        {
            outcome.SetResult(error);
            throw;
        }
    }

    /// <summary>Sends bytes from memory in chunks, as pages are sent.</summary>
    async Task SendContentAsync(HttpContext context)
    {
        const int piece = 80_000;
        context.Response.ContentLength = Content.Length;
        for (var at = 0; at < Content.Length; at += piece)
        {
            var bytes = Content.AsMemory(at, Math.Min(piece, Content.Length - at));
            if ((await context.Response.BodyWriter.WriteAsync(bytes, context.RequestAborted)).IsCompleted)
                throw new OperationCanceledException("The client left.");
        }
    }

    static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var now = DateTimeOffset.UtcNow;
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null);
    }
}
