using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Bench.Clients;

/// <summary>
/// One HTTP/1.1 connection with blocking calls and next to no cost of its own, so that the server is what is measured.
/// It is opened again if the server closed it.
/// </summary>
sealed class HttpConnection(Uri server) : IDisposable
{
    readonly byte[] buffer = new byte[256 * 1024];
    Socket? socket;
    int start;
    int end;

    /// <summary>Asks for a page and keeps its body.</summary>
    public HttpAnswer Get(string target, params string[] headers)
    {
        var body = new MemoryStream();
        var answer = Get(target, headers, part => body.Write(part));
        return answer with { Body = body.ToArray() };
    }

    /// <summary>Asks for a file and gives its bytes to <paramref name="sink"/> as they come.</summary>
    public HttpAnswer Get(string target, string[] headers, Action<ReadOnlySpan<byte>> sink)
    {
        Open();
        socket!.Send(Head("GET", target, headers));
        return Read(sink);
    }

    /// <summary>Posts a body that consists of bytes, a file and bytes.</summary>
    public HttpAnswer Post(string target, string[] headers, byte[] before, string file, byte[] after)
    {
        Open();
        var length = before.Length + new FileInfo(file).Length + after.Length;
        var head = Head("POST", target, [.. headers, $"Content-Length: {length}"]);
        byte[] first = [.. head, .. before];
        socket!.SendFile(file, first, after, TransmitFileOptions.UseDefaultWorkerThread);
        var body = new MemoryStream();
        var answer = Read(part => body.Write(part));
        return answer with { Body = body.ToArray() };
    }

    public void Dispose() => socket?.Dispose();

    void Open()
    {
        if (socket is not null)
            return;

        socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, server.Port);
        start = end = 0;
    }

    byte[] Head(string method, string target, string[] headers)
    {
        var head = new StringBuilder($"{method} {target} HTTP/1.1\r\nHost: {server.Authority}\r\n");
        foreach (var header in headers)
            head.Append(header).Append("\r\n");
        return Encoding.ASCII.GetBytes(head.Append("\r\n").ToString());
    }

    HttpAnswer Read(Action<ReadOnlySpan<byte>> sink)
    {
        var status = int.Parse(Line().Split(' ')[1], CultureInfo.InvariantCulture);
        var headers = new Dictionary<string, string>();
        for (var line = Line(); line.Length > 0; line = Line())
            headers[line[..line.IndexOf(':')].ToLowerInvariant()] = line[(line.IndexOf(':') + 1)..].Trim();

        if (headers.GetValueOrDefault("transfer-encoding") == "chunked")
            ReadChunks(sink);
        else if (headers.TryGetValue("content-length", out var length))
            ReadBytes(long.Parse(length, CultureInfo.InvariantCulture), sink);
        else
            ReadToEnd(sink);

        if (headers.GetValueOrDefault("connection") == "close" || !headers.ContainsKey("content-length"))
            Close();
        return new HttpAnswer(status, headers, []);
    }

    void ReadChunks(Action<ReadOnlySpan<byte>> sink)
    {
        while (true)
        {
            var length = long.Parse(Line().Split(';')[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            ReadBytes(length, sink);
            Line();
            if (length == 0)
                return;
        }
    }

    void ReadBytes(long count, Action<ReadOnlySpan<byte>> sink)
    {
        while (count > 0)
        {
            if (start == end && !Receive())
                throw new EndOfStreamException($"The connection ended {count} bytes early.");

            var part = (int)Math.Min(count, end - start);
            sink(buffer.AsSpan(start, part));
            start += part;
            count -= part;
        }
    }

    void ReadToEnd(Action<ReadOnlySpan<byte>> sink)
    {
        do
        {
            sink(buffer.AsSpan(start, end - start));
        }
        while (Receive());
    }

    string Line()
    {
        var line = new StringBuilder();
        while (true)
        {
            if (start == end && !Receive())
                throw new EndOfStreamException("The connection ended before the answer.");

            var one = (char)buffer[start++];
            if (one == '\n')
                return line.ToString();
            if (one != '\r')
                line.Append(one);
        }
    }

    bool Receive()
    {
        (start, end) = (0, socket!.Receive(buffer));
        return end > 0;
    }

    void Close()
    {
        socket?.Dispose();
        socket = null;
    }
}
