using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace PyRepo.Testing.Cluster;

/// <summary>Passes connections on to a server, can be slow, and can turn into a black hole, also at a certain byte.</summary>
public sealed class TcpRelay : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly IPEndPoint _target;
    readonly CancellationTokenSource _ending = new();
    readonly List<Task> _running = [];
    readonly TaskCompletionSource _cut = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Lock _lock = new();
    CancellationTokenSource _open = new();
    long _sent;
    long _limit = long.MaxValue;

    /// <summary>Starts to pass on what comes.</summary>
    public TcpRelay(int port)
    {
        _target = new(IPAddress.Loopback, port);
        _listener.Start();
        _running.Add(AcceptAsync());
    }

    /// <summary>Where it listens, on the loopback interface.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How long what comes is under way, in each direction.</summary>
    public TimeSpan Latency { get; set; }

    /// <summary>The bytes that clients sent so far.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Completes when as much was passed on as <see cref="CutAfter"/> says.</summary>
    public Task Cut => _cut.Task;

    /// <summary>Passes on so many more bytes of clients, and then nothing in either direction, also of new connections.</summary>
    public void CutAfter(long bytes)
    {
        lock (_lock)
            _limit = _sent + bytes;
    }

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
                CopyAsync(client.GetStream(), server.GetStream(), Count, either.Token),
                CopyAsync(server.GetStream(), client.GetStream(), static count => count, either.Token));
            if (swallow.IsCancellationRequested)
                await Task.Delay(Timeout.InfiniteTimeSpan, _ending.Token).ContinueWith(
                    static _ => { }, TaskScheduler.Default);
        }
    }

    /// <summary>Counts what a client has sent. Returns how much of it may pass.</summary>
    int Count(int count)
    {
        lock (_lock)
        {
            var passes = (int)long.Clamp(_limit - _sent, 0, count);
            _sent += count;
            if (passes < count)
            {
                _open.Cancel();
                _cut.TrySetResult();
            }
            return passes;
        }
    }

    async Task CopyAsync(
        NetworkStream from, NetworkStream to, Func<int, int> pass, CancellationToken cancellationToken)
    {
        var underWay = Channel.CreateUnbounded<(long Sent, byte[] Bytes)>();
        var arriving = ArriveAsync(underWay.Reader, to, cancellationToken);
        var buffer = new byte[65_536];
        try
        {
            while (await from.ReadAsync(buffer, cancellationToken) is > 0 and var count)
                underWay.Writer.TryWrite((Stopwatch.GetTimestamp(), buffer[..pass(count)]));
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            // One side has hung up, or nothing is passed on any more.
        }
        underWay.Writer.Complete();
        await arriving;
    }

    async Task ArriveAsync(
        ChannelReader<(long Sent, byte[] Bytes)> underWay, NetworkStream to, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var (sent, bytes) in underWay.ReadAllAsync(cancellationToken))
            {
                if (Latency - Stopwatch.GetElapsedTime(sent) is var left && left > TimeSpan.Zero)
                    await Task.Delay(left, cancellationToken);
                await to.WriteAsync(bytes, cancellationToken);
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            // One side has hung up, or nothing is passed on any more.
        }
    }
}
