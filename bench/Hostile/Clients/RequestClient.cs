using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Bench.Hostile.Clients;

/// <summary>Asks a server, and takes whatever comes of it for an outcome.</summary>
sealed class RequestClient : IDisposable
{
    readonly HttpClient _client;
    readonly Uri _server;

    /// <param name="server">Whom it asks.</param>
    /// <param name="timeout">How long it waits for the end of an answer.</param>
    /// <param name="keepsConnections">Whether it uses a connection again, as a program does that runs on.</param>
    /// <param name="from">Its address; null: whatever the system chooses.</param>
    /// <param name="passed">The proxies that it claims to have passed.</param>
    public RequestClient(
        Uri server, TimeSpan timeout, bool keepsConnections = true, IPAddress? from = null, string? passed = null)
    {
        _server = server;
        var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false };
        if (from is not null)
        {
            handler.ConnectCallback = (context, cancellation) =>
                ConnectAsync(from, context.DnsEndPoint.Port, cancellation);
        }
        _client = new HttpClient(handler) { Timeout = timeout };
        _client.DefaultRequestHeaders.ConnectionClose = !keepsConnections;
        if (passed is not null)
            _client.DefaultRequestHeaders.Add("CDN-Loop", passed);
    }

    /// <summary>Asks for a page or a file, and reads all of it.</summary>
    /// <param name="login">user:password; null: none.</param>
    /// <param name="host">The host that it names; null: the server's.</param>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public async Task<Outcome> GetAsync(
        string path, CancellationToken cancellation, string? login = null, string? host = null)
    {
        var watch = Stopwatch.StartNew();
        var what = await AskAsync(
            path, login, static (body, cancellation) => body.CopyToAsync(Stream.Null, cancellation), cancellation,
            host);
        return new Outcome(what, watch.Elapsed);
    }

    /// <summary>Asks for what somebody honest wants, and looks at each byte of a 200.</summary>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public async Task<Outcome> GetAsync(HonestRequest request, CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        using var bytes = new MemoryStream();
        var what = await AskAsync(
            request.Path, request.Login, (body, cancellation) => body.CopyToAsync(bytes, cancellation), cancellation);
        var time = watch.Elapsed;
        return new Outcome(what == "200" && !request.IsRight(bytes.ToArray()) ? Outcome.WrongBytes : what, time);
    }

    /// <summary>Asks for a file, and leaves after its first bytes.</summary>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public async Task<Outcome> PeekAsync(string path, CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        var what = await AskAsync(
            path, login: null,
            static async (body, cancellation) => _ = await body.ReadAsync(new byte[1024], cancellation), cancellation);
        return new Outcome(what, watch.Elapsed);
    }

    public void Dispose() => _client.Dispose();

    async Task<string> AskAsync(
        string path, string? login, Func<Stream, CancellationToken, Task> read, CancellationToken cancellation,
        string? host = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_server, path));
        request.Headers.Host = host;
        if (login is not null)
            request.Headers.Add("Authorization", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(login))}");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(_client.Timeout);
        try
        {
            using var response =
                await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            await read(await response.Content.ReadAsStreamAsync(patience.Token), patience.Token);
            return $"{(int)response.StatusCode}";
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return "no answer in time";
        }
        catch (HttpRequestException error)
        {
            return error.HttpRequestError is HttpRequestError.ConnectionError ? "no connection" : "broken off";
        }
        catch (IOException) when (!cancellation.IsCancellationRequested)
        {
            return "broken off";
        }
    }

    static async ValueTask<Stream> ConnectAsync(IPAddress from, int port, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Bind(new IPEndPoint(from, 0));
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancellation);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
