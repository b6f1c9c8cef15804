using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PyRepo.Testing.Buckets;

/// <summary>A server that tests start, in a folder of its own, and end.</summary>
public sealed class ServerProcess : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly StringBuilder _said = new();
    Process? _process;

    /// <summary>Where it listens.</summary>
    public int Port { get; private set; }

    /// <summary>Its folder.</summary>
    public string Folder => _folder.Path;

    /// <summary>Starts it, and waits until it listens.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Makes the arguments for a port and a folder.</param>
    public async Task StartAsync(string program, Func<int, string, IEnumerable<string>> arguments)
    {
        // Somebody else may take the port before the server does.
        for (var attempt = 1; ; attempt++)
        {
            Port = FreePort.Take();
            Start(program, arguments(Port, Folder));
            if (await ListensAsync())
                return;
            Stop();
            if (attempt == 3)
                throw new InvalidOperationException($"{program} does not listen on port {Port}:\n{_said}");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Stop();
        _folder.Dispose();
    }

    void Start(string program, IEnumerable<string> arguments)
    {
        _process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    void Keep(string? line)
    {
        lock (_said)
        {
            if (_said.Length < 10_000)
                _said.AppendLine(line);
        }
    }

    void Stop()
    {
        if (_process is null)
            return;
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
    }

    async Task<bool> ListensAsync()
    {
        for (var began = Stopwatch.StartNew(); began.Elapsed < Eventually.Deadline && !_process!.HasExited;)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, Port);
                return true;
            }
            catch (SocketException)
            {
                await Task.Delay(50);
            }
        }
        return false;
    }
}
