using System.Diagnostics;
using Bench.Servers;

namespace Bench.Clients;

/// <summary>One request on a connection of its own: seconds to the first byte of the body and to the last.</summary>
readonly record struct Fetch(double FirstByte, double Whole, long Length)
{
    /// <exception cref="InvalidOperationException">The answer is not 2xx, or not as long as it must be.</exception>
    public static Fetch From(IndexServer server, string path, string[]? headers = null, long? length = null)
    {
        using var connection = new HttpConnection(server.Address);
        var (first, received) = (0.0, 0L);
        var watch = Stopwatch.StartNew();
        connection.Get(path, headers ?? [], part =>
        {
            if (received == 0)
                first = watch.Elapsed.TotalSeconds;
            received += part.Length;
        }).MustSucceed($"{server.Name}{path}");
        var whole = watch.Elapsed.TotalSeconds;
        return length is null || received == length
            ? new Fetch(first, whole, received)
            : throw new InvalidOperationException($"{server.Name}{path}: {received} bytes instead of {length}.");
    }
}
