using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace PyRepo.Server.Tests.Endpoints.Files;

/// <summary>
/// One connection that writes requests and reads responses as bytes, so that tests can check their order and length.
/// </summary>
sealed class RawClient(Socket socket) : IDisposable
{
    readonly NetworkStream _stream = new(socket, ownsSocket: true);

    public Task RequestAsync(string target, string method = "GET") =>
        _stream.WriteAsync(Encoding.ASCII.GetBytes($"{method} {target} HTTP/1.1\r\nHost: test\r\n\r\n")).AsTask();

    public Task WriteAsync(string text) => _stream.WriteAsync(Encoding.ASCII.GetBytes(text)).AsTask();

    /// <summary>
    /// Reads one response: the headers, then as many bytes as the headers announce, or fewer if the connection ends.
    /// </summary>
    public async Task<RawAnswer> AnswerAsync(bool isHead = false)
    {
        var (status, length) = await HeadersAsync();
        var body = isHead ? [] : await BodyAsync(length);
        return new RawAnswer(status, length, body, isHead || body.Length == length);
    }

    public async Task<(string Status, long Length)> HeadersAsync()
    {
        var status = await LineAsync();
        long length = -1;
        for (var line = await LineAsync(); line.Length > 0; line = await LineAsync())
        {
            if (line.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase))
                length = long.Parse(line[16..], CultureInfo.InvariantCulture);
        }

        return (status, length);
    }

    /// <summary>Reads <paramref name="length"/> bytes, or fewer if the connection ends early.</summary>
    public async Task<byte[]> BodyAsync(long length)
    {
        var body = new byte[length];
        var filled = 0;
        try
        {
            while (filled < length && await _stream.ReadAsync(body.AsMemory(filled)) is > 0 and var read)
                filled += read;
        }
        catch (IOException)
        {
            // A reset also ends the connection.
        }

        return body[..filled];
    }

    /// <summary>Ends the connection with a reset, like a client that is killed.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        Dispose();
    }

    public void Dispose() => _stream.Dispose();

    async Task<string> LineAsync()
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (await _stream.ReadAsync(one) == 1)
        {
            if (one[0] == '\n')
                return line.ToString().TrimEnd('\r');
            line.Append((char)one[0]);
        }

        throw new EndOfStreamException("The connection ended before the answer.");
    }
}
