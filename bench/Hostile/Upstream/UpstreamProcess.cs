using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Bench.Clients;

namespace Bench.Hostile.Upstream;

/// <summary>The hostile upstream in a process of its own, which can be stopped and started again on its port.</summary>
sealed class UpstreamProcess : IDisposable
{
    /// <summary>Two loads may stop and start it at once.</summary>
    readonly Lock _lock = new();
    readonly Dictionary<string, int> _seenBefore = new(StringComparer.Ordinal);
    readonly int _port = PortOutsideOfClients();
    ChildProcess? _process;
    DateTime _back = DateTime.MinValue;

    public UpstreamProcess() => Start();

    /// <summary>Its Simple API.</summary>
    public Uri Index => new($"http://127.0.0.1:{_port}/simple/");

    /// <summary>Whether it is down, or came back so lately that a breaker may still be open.</summary>
    public bool WasDown => _process is null || DateTime.UtcNow - _back < TimeSpan.FromSeconds(15);

    public void Start()
    {
        lock (_lock)
        {
            if (_process is not null)
                return;
            var process = ChildProcess.Start(
                Environment.ProcessPath!, ["upstream", $"{_port}"], ["Listening on "]);
            process.LineAfter("Listening on ");
            if (_seenBefore.Count > 0)
                _back = DateTime.UtcNow;
            _process = process;
        }
    }

    /// <summary>Ends it; from then on connections are refused.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            foreach (var (kind, count) in Ask())
                _seenBefore[kind] = _seenBefore.GetValueOrDefault(kind) + count;
            var process = _process;
            _process = null;
            process?.Dispose();
        }
    }

    /// <summary>How often it was asked so far for a kind: <c>page/many</c>, <c>file/honest</c>.</summary>
    public int Seen(string kind) => _seenBefore.GetValueOrDefault(kind) + Ask().GetValueOrDefault(kind);

    public void Dispose() => _process?.Dispose();

    Dictionary<string, int> Ask()
    {
        if (_process is null)
            return [];
        using var connection = new HttpConnection(Index);
        return connection.Get("/seen").Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' '))
            .ToDictionary(kind => kind[0], kind => int.Parse(kind[1], CultureInfo.InvariantCulture));
    }

    /// <summary>
    /// A free port below those that clients get: else, among many refused connections, one would take the port and
    /// connect to itself.
    /// </summary>
    static int PortOutsideOfClients()
    {
        for (var port = 20_000 + Environment.ProcessId % 10_000; ; port++)
        {
            try
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Somebody has it.
            }
        }
    }
}
