using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using PyRepo.Operator.Tests.Running;

namespace PyRepo.Operator.Tests.Hostile;

/// <summary>What a tenant's pods have as their management port: it never answers, or the same to everybody.</summary>
sealed class HostileServer : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly List<TcpClient> _clients = [];
    readonly byte[]? _answer;
    readonly Task _accepting;

    /// <param name="answer">What it answers; null: nothing, ever.</param>
    public HostileServer(string? answer = null)
    {
        _answer = answer is null ? null : Encoding.UTF8.GetBytes(
            $"HTTP/1.1 200 OK\r\nContent-Length: {Encoding.UTF8.GetByteCount(answer)}\r\n"
            + $"Connection: close\r\n\r\n{answer}");
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Makes a pod that has the labels of a resource's, and whose management port this is.</summary>
    public async Task RunPodAsync(TestCluster cluster, string name, string owner)
    {
        await cluster.CreateAsync("v1/pods", JsonNode.Parse($$"""
            { "metadata": {{HostileObjects.Metadata(name, owner)}}, "spec": {
              "automountServiceAccountToken": false,
              "containers": [ { "name": "server", "image": "x",
                "ports": [ { "name": "management", "containerPort": {{Port}} } ] } ] } }
            """)!);
        await cluster.PatchAsync($"v1/pods/{name}/status", JsonNode.Parse("""
            { "status": { "phase": "Running", "podIP": "127.0.0.1", "podIPs": [ { "ip": "127.0.0.1" } ] } }
            """)!);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
        foreach (var client in _clients)
            client.Dispose();
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                _clients.Add(client);
                if (_answer is not null)
                    _ = AnswerAsync(client, _answer);
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The listener was stopped.
        }
    }

    static async Task AnswerAsync(TcpClient client, byte[] answer)
    {
        try
        {
            var stream = client.GetStream();
            await stream.ReadAtLeastAsync(new byte[4096], 1);
            await stream.WriteAsync(answer);
            client.Client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException)
        {
            // Whoever asked has gone.
        }
    }
}
