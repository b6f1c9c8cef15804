using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EndToEnd.Serving;

/// <summary>A connection whose every byte is the test's own.</summary>
public sealed class RawConnection : IAsyncDisposable
{
    readonly Socket _socket;

    RawConnection(Socket socket) => _socket = socket;

    /// <summary>Connects to where packages are served.</summary>
    /// <param name="server">The server.</param>
    /// <param name="receiveBuffer">The bytes that the kernel takes in unread; null: its choice.</param>
    /// <param name="from">The address to connect from; null: the usual one.</param>
    public static async Task<RawConnection> OpenAsync(
        PyRepoServer server, int? receiveBuffer = null, IPAddress? from = null)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer is { } size)
            socket.ReceiveBufferSize = size;
        if (from is not null)
            socket.Bind(new IPEndPoint(from, 0));
        await socket.ConnectAsync(server.Url.Host, server.Url.Port);
        return new RawConnection(socket);
    }

    /// <summary>Sends the head of a request.</summary>
    /// <param name="head">Its lines, without the empty one at the end.</param>
    public Task SendHeadAsync(params IEnumerable<string> head) =>
        SendAsync(Encoding.UTF8.GetBytes(string.Concat(head.Select(line => line + "\r\n")) + "\r\n"));

    /// <summary>Sends the head of an upload by a repository's publisher.</summary>
    public Task SendUploadHeadAsync(
        PyRepoServer server, string repository, long length, params IEnumerable<string> more) =>
        SendHeadAsync(
        [
            $"POST /{repository}/ HTTP/1.1", $"Host: {server.Url.Authority}",
            $"Content-Type: {UploadParts.ContentType}",
            string.Create(CultureInfo.InvariantCulture, $"Content-Length: {length}"),
            $"Authorization: {TwineForm.Publisher(server, repository)}", .. more,
        ]);

    /// <summary>Sends bytes.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
            bytes = bytes[await _socket.SendAsync(bytes)..];
    }

    /// <summary>Sends zeros.</summary>
    public async Task SendZerosAsync(long count)
    {
        var zeros = new byte[1 << 20];
        for (; count > 0; count -= zeros.Length)
            await SendAsync(zeros.AsMemory(0, (int)Math.Min(count, zeros.Length)));
    }

    /// <summary>Receives what has come, at most this much; 0 at the end.</summary>
    public ValueTask<int> ReceiveAsync(Memory<byte> into) => _socket.ReceiveAsync(into);

    /// <summary>Waits until something has come, and leaves it there.</summary>
    public async Task WaitForBytesAsync() => await _socket.ReceiveAsync(new byte[1], SocketFlags.Peek);

    /// <summary>Waits until the server has closed the connection, and returns how many bytes came before.</summary>
    public async Task<long> WaitForEndAsync()
    {
        var (total, buffer) = (0L, new byte[64 * 1024]);
        try
        {
            for (int read; (read = await ReceiveAsync(buffer)) > 0;)
                total += read;
        }
        catch (SocketException)
        {
            // A reset is an end, too.
        }
        return total;
    }

    /// <summary>Reads an answer: its head, and a body of the length that the head says.</summary>
    public async Task<RawResponse> ReadAnswerAsync()
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await ReceiveAsync(one) == 0)
                throw new IOException($"The connection ended after: {head}");
            head.Append((char)one[0]);
        }
        var answer = RawResponse.Parse(head.ToString());
        var body = new byte[answer.Length];
        for (var filled = 0; filled < body.Length;)
        {
            var received = await ReceiveAsync(body.AsMemory(filled));
            if (received == 0)
                throw new IOException($"The connection ended after {filled} of {body.Length} bytes.");
            filled += received;
        }
        return answer with { Body = body };
    }

    /// <summary>Breaks off as a process that is killed does.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
