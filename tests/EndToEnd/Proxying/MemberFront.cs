using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EndToEnd.Proxying;

/// <summary>
/// The address of a member's Service. It leads to the member, or, as after a wrong selector or when a pod's address is
/// given to another one, to somebody else.
/// </summary>
public sealed class MemberFront : IAsyncDisposable
{
    /// <summary>The list of an index that has no project.</summary>
    public const string EmptyList = """{"meta":{"api-version":"1.0"},"projects":[]}""";

    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _ending = new();
    readonly ConcurrentBag<Task> _running = [];
    readonly ConcurrentQueue<string> _answered = new();
    readonly ConcurrentQueue<byte[]> _taken = new();
    Behavior _behavior;

    /// <summary>Starts to lead to a server.</summary>
    public MemberFront(Uri server)
    {
        _listener.Start();
        _behavior = Through(server);
        _running.Add(AcceptAsync());
    }

    /// <summary>Where it listens.</summary>
    public Uri Url => new($"http://{_listener.LocalEndpoint}/");

    /// <summary>The request lines that it has answered itself.</summary>
    public IReadOnlyCollection<string> Answered => _answered;

    /// <summary>The requests that it has taken, as they were sent.</summary>
    public IReadOnlyCollection<byte[]> Taken => _taken;

    /// <summary>Takes each request from now on, and answers none.</summary>
    public void Take() => Become(new(async (client, token) =>
    {
        var (request, text) = (new MemoryStream(), "");
        var buffer = new byte[64 << 10];
        // A request with a body ends with the last chunk.
        while (!text.EndsWith(
            text.Contains("Transfer-Encoding: chunked", StringComparison.Ordinal) ? "\r\n0\r\n\r\n" : "\r\n\r\n",
            StringComparison.Ordinal))
        {
            var read = await client.ReceiveAsync(buffer, token);
            if (read == 0)
                return;
            request.Write(buffer, 0, read);
            text = Encoding.Latin1.GetString(request.ToArray());
        }
        _taken.Enqueue(request.ToArray());
    }));

    /// <summary>Leads to a server from now on.</summary>
    public void LeadTo(Uri server) => Become(Through(server));

    /// <summary>Gives the same answer to everything from now on.</summary>
    /// <param name="status">The status line after the version.</param>
    /// <param name="body">The body, in JSON.</param>
    public void Answer(string status, string body = "") => Become(new(async (client, token) =>
    {
        var buffer = new byte[64 << 10];
        var read = await client.ReceiveAsync(buffer, token);
        _answered.Enqueue(Encoding.ASCII.GetString(buffer, 0, read).Split('\r')[0]);
        await client.SendAsync(
            Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Type: {Replies.Json}\r\nETag: \"x\"\r\n"
                + $"Content-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"), token);
        client.Shutdown(SocketShutdown.Send);
        // Whoever closes before it has read all of an upload resets the connection, and the answer is lost.
        while (await client.ReceiveAsync(buffer, token) > 0)
        {
        }
    }));

    /// <summary>Breaks each connection off from now on.</summary>
    public void Refuse() => Become(new((client, _) =>
    {
        client.LingerState = new LingerOption(true, 0);
        return Task.CompletedTask;
    }));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _behavior.Ended.CancelAsync();
        _listener.Dispose();
        await Task.WhenAll(_running);
        _ending.Dispose();
    }

    void Become(Behavior behavior) => Interlocked.Exchange(ref _behavior, behavior).Ended.Cancel();

    async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_ending.Token);
                _running.Add(ServeAsync(client, _behavior));
            }
        }
        catch (OperationCanceledException)
        {
            // That is how it ends.
        }
    }

    static async Task ServeAsync(Socket client, Behavior behavior)
    {
        using (client)
        {
            try
            {
                await behavior.ServeAsync(client, behavior.Ended.Token);
            }
            catch (Exception error) when (error is SocketException or IOException or OperationCanceledException)
            {
                // One side has hung up, or something else answers from now on.
            }
        }
    }

    static Behavior Through(Uri server) => new(async (client, token) =>
    {
        using var behind = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await behind.ConnectAsync(server.Host, server.Port, token);
        await using var near = new NetworkStream(client);
        await using var far = new NetworkStream(behind);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(token);
        var both = (Task[])[near.CopyToAsync(far, either.Token), far.CopyToAsync(near, either.Token)];
        await Task.WhenAny(both);
        await either.CancelAsync();
        await Task.WhenAll(both);
    });

    sealed record Behavior(Func<Socket, CancellationToken, Task> ServeAsync)
    {
        public CancellationTokenSource Ended { get; } = new();
    }
}
