using System.Net;
using System.Net.Sockets;

namespace PyRepo.Testing.Cluster;

/// <summary>Passes connections on to a server, and can turn into a black hole.</summary>
public sealed class TcpRelay : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly IPEndPoint _target;
    readonly CancellationTokenSource _ending = new();
    readonly List<Task> _running = [];
    CancellationTokenSource _open = new();

    /// <summary>Starts to pass on what comes.</summary>
    public TcpRelay(int port)
    {
        _target = new(IPAddress.Loopback, port);
        _listener.Start();
        _running.Add(AcceptAsync());
    }

    /// <summary>Where it listens, on the loopback interface.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>From now on the connections that are open neither bring anything nor end; new ones work.</summary>
    public void SwallowOpenConnections()
    {
        var open = _open;
        _open = new();
        open.Cancel();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Dispose();
        await Task.WhenAll(_running);
        _ending.Dispose();
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_ending.Token);
                _running.Add(PassAsync(client, _open.Token));
            }
        }
        catch (OperationCanceledException)
        {
            // That is how it ends.
        }
    }

    async Task PassAsync(TcpClient client, CancellationToken swallow)
    {
        using (client)
        using (var server = new TcpClient())
        {
            await server.ConnectAsync(_target);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(swallow, _ending.Token);
            await Task.WhenAny(
                CopyAsync(client.GetStream(), server.GetStream(), either.Token),
                CopyAsync(server.GetStream(), client.GetStream(), either.Token));
            if (swallow.IsCancellationRequested)
                await Task.Delay(Timeout.InfiniteTimeSpan, _ending.Token).ContinueWith(
                    static _ => { }, TaskScheduler.Default);
        }
    }

    static async Task CopyAsync(NetworkStream from, NetworkStream to, CancellationToken cancellationToken)
    {
        try
        {
            await from.CopyToAsync(to, cancellationToken);
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            // One side has hung up, or nothing is passed on any more.
        }
    }
}
