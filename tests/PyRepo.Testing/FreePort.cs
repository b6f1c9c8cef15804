using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace PyRepo.Testing;

/// <summary>Ports for programs that must be told where to listen.</summary>
/// <remarks>
/// They are below those that the kernel gives to whoever does not choose, so that no other test gets one before the
/// program listens, and would be taken for it; and below those of <c>tests/cluster</c>.
/// </remarks>
public static class FreePort
{
    const int First = 11_000;
    const int End = 20_000;
    const int MaxAttempts = 1_000;

    /// <summary>Open files, which keep ports from the tests of other processes until this one ends.</summary>
    static readonly ConcurrentDictionary<int, FileStream> _taken = new();

    /// <summary>Takes ports in a row of which nobody uses one, at whatever address.</summary>
    /// <param name="count">How many.</param>
    /// <returns>The first.</returns>
    /// <exception cref="InvalidOperationException">None was found.</exception>
    public static int Take(int count = 1)
    {
        var folder = Path.Combine(Path.GetTempPath(), $"pyrepo-test-ports-{Environment.UserName}");
        Directory.CreateDirectory(folder);
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var port = Random.Shared.Next(First, End - count);
            if (Enumerable.Range(port, count).All(one => TryTake(folder, one)))
                return port;
        }
        throw new InvalidOperationException($"No port from {First} to {End} can be taken: see the files in {folder}.");
    }

    static bool TryTake(string folder, int port)
    {
        try
        {
            _taken[port] = new FileStream(
                Path.Combine(folder, $"{port}"), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
            using var listener = new TcpListener(IPAddress.Any, port);
            listener.Start();
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or SocketException)
        {
            return false; // It is somebody's.
        }
    }
}
