using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Bench.Clients;

/// <summary>
/// One HTTP/1.1 connection with blocking calls and next to no cost of its own, so that the server is what is measured.
/// It is opened again if the server closed it.
/// </summary>
/// <param name="server">Whom it asks.</param>
/// <param name="patience">How long the server may send nothing; zero: for ever.</param>
/// <param name="from">The client's address; null: whatever the system chooses.</param>
sealed class HttpConnection(Uri server, TimeSpan patience = default, IPAddress? from = null) : IDisposable
{
    readonly byte[] _buffer = new byte[256 * 1024];
    Socket? _socket;
    int _start;
    int _end;

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
        _socket!.Send(Head("GET", target, headers));
        return Read(sink);
    }

    /// <summary>Asks with another method, without a body.</summary>
    public HttpAnswer Send(string method, string target, params string[] headers)
    {
        Open();
        _socket!.Send(Head(method, target, [.. headers, "Content-Length: 0"]));
        var body = new MemoryStream();
        var answer = Read(part => body.Write(part));
        return answer with { Body = body.ToArray() };
    }

    /// <summary>Posts a body that consists of bytes, a file and bytes.</summary>
    public HttpAnswer Post(string target, string[] headers, byte[] before, string file, byte[] after)
    {
        Open();
        var length = before.Length + new FileInfo(file).Length + after.Length;
        var head = Head("POST", target, [.. headers, $"Content-Length: {length}"]);
        byte[] first = [.. head, .. before];
        _socket!.SendFile(file, first, after, TransmitFileOptions.UseDefaultWorkerThread);
        var body = new MemoryStream();
        var answer = Read(part => body.Write(part));
        return answer with { Body = body.ToArray() };
    }

    public void Dispose() => _socket?.Dispose();

    void Open()
    {
        if (_socket is not null)
            return;

        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _socket.ReceiveTimeout = _socket.SendTimeout = (int)patience.TotalMilliseconds;
        if (from is not null)
            _socket.Bind(new IPEndPoint(from, 0));
        _socket.Connect(IPAddress.Loopback, server.Port);
        _start = _end = 0;
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
            if (_start == _end && !Receive())
                throw new EndOfStreamException($"The connection ended {count} bytes early.");

            var part = (int)Math.Min(count, _end - _start);
            sink(_buffer.AsSpan(_start, part));
            _start += part;
            count -= part;
        }
    }

    void ReadToEnd(Action<ReadOnlySpan<byte>> sink)
    {
        do
        {
            sink(_buffer.AsSpan(_start, _end - _start));
        }
        while (Receive());
    }

    string Line()
    {
        var line = new StringBuilder();
        while (true)
        {
            if (_start == _end && !Receive())
                throw new EndOfStreamException("The connection ended before the answer.");

            var one = (char)_buffer[_start++];
            if (one == '\n')
                return line.ToString();
            if (one != '\r')
                line.Append(one);
        }
    }

    bool Receive()
    {
        (_start, _end) = (0, _socket!.Receive(_buffer));
        return _end > 0;
    }

    void Close()
    {
        _socket?.Dispose();
        _socket = null;
    }
}
