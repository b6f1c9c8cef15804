using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PyRepo.Operator.Management;

/// <summary>A connection of a client: requests without a body, one after the other.</summary>
sealed class HttpConnection(Socket socket, Func<string, HttpAnswer> answer, TimeProvider clock)
{
    const int MaxHeadLength = 16 * 1024;
    static readonly TimeSpan _headTime = TimeSpan.FromSeconds(30);
    static readonly TimeSpan _idleTime = TimeSpan.FromMinutes(2);
    readonly byte[] _buffer = new byte[MaxHeadLength];
    int _length;

    /// <summary>Answers until the client leaves, is too slow, or the port closes; an answer that began ends.</summary>
    public async Task RunAsync(CancellationToken closing)
    {
        try
        {
            while (await TryReadHeadAsync(closing) is { } head)
            {
                var request = RequestHead.Read(_buffer.AsSpan(0, head));
                Skip(head + 4);
                if (!await AnswerAsync(request, closing))
                    break;
            }
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
        }
        finally
        {
            await CloseAsync();
        }
    }

    /// <returns>The length of a head; null where no other request comes.</returns>
    async Task<int?> TryReadHeadAsync(CancellationToken closing)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(closing);
        ending.CancelAfter(_length == 0 ? _idleTime : _headTime);
        while (true)
        {
            if (_buffer.AsSpan(0, _length).IndexOf("\r\n\r\n"u8) is >= 0 and var head)
                return head;
            if (_length == MaxHeadLength)
            {
                await SendAsync(new(HttpStatusCode.RequestHeaderFieldsTooLarge, "The request's head is too large.\n"));
                return null;
            }
            var isFirst = _length == 0;
            var received = await socket.ReceiveAsync(_buffer.AsMemory(_length), ending.Token);
            if (received == 0)
                return null;
            _length += received;
            if (isFirst)
                ending.CancelAfter(_headTime);
        }
    }

    void Skip(int count)
    {
        _buffer.AsSpan(count, _length - count).CopyTo(_buffer);
        _length -= count;
    }

    async Task<bool> AnswerAsync(RequestHead? request, CancellationToken closing)
    {
        if (request is not { } head)
        {
            await SendAsync(new(HttpStatusCode.BadRequest, "This is no request of HTTP/1.1.\n"));
            return false;
        }
        var isLast = head.IsLast || closing.IsCancellationRequested;
        await SendAsync(answer(head.Path), head.Method != "HEAD", isLast);
        return !isLast;
    }

    async Task SendAsync(HttpAnswer sent, bool hasBody = true, bool isLast = true)
    {
        using var slow = new CancellationTokenSource(_headTime);
        await SendAsync(sent.GetHead(isLast, clock.GetUtcNow()), slow.Token);
        if (hasBody)
            await SendAsync(sent.Body, slow.Token);
    }

    async Task SendAsync(ReadOnlyMemory<byte> rest, CancellationToken cancellationToken)
    {
        while (rest.Length > 0)
            rest = rest[await socket.SendAsync(rest, cancellationToken)..];
    }

    /// <summary>Lets the client read the last answer: what it sent and nobody read would discard it.</summary>
    async Task CloseAsync()
    {
        using (socket)
        using (var slow = new CancellationTokenSource(TimeSpan.FromSeconds(1)))
        {
            try
            {
                socket.Shutdown(SocketShutdown.Send);
                while (await socket.ReceiveAsync(_buffer, slow.Token) > 0)
                {
                }
            }
            catch (Exception error) when (error is SocketException or OperationCanceledException)
            {
            }
        }
    }
}

/// <summary>The answer to a request.</summary>
sealed record HttpAnswer(
    HttpStatusCode Status, ReadOnlyMemory<byte> Body, string ContentType = "text/plain; charset=utf-8")
{
    /// <summary>An answer that is a text.</summary>
    public HttpAnswer(HttpStatusCode status, string text) : this(status, Encoding.UTF8.GetBytes(text))
    {
    }

    /// <summary>Returns the bytes of its head.</summary>
    /// <param name="isLast">Whether the connection ends with it.</param>
    /// <param name="now">The time.</param>
    public byte[] GetHead(bool isLast, DateTimeOffset now) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"HTTP/1.1 {(int)Status} {Status}\r\nDate: {now:R}\r\nContent-Type: {ContentType}\r\n"
        + $"Content-Length: {Body.Length}\r\n{(isLast ? "Connection: close\r\n" : "")}\r\n"));
}

/// <summary>The part of a request's head that matters here.</summary>
/// <param name="Method">Its method.</param>
/// <param name="Path">Its path, without the query.</param>
/// <param name="IsLast">Whether the connection ends with it: its client wants that, or what follows is a body.</param>
readonly record struct RequestHead(string Method, string Path, bool IsLast)
{
    /// <summary>Reads a head without the empty line that ends it; null where it is none.</summary>
    public static RequestHead? Read(ReadOnlySpan<byte> bytes)
    {
        var lines = Encoding.Latin1.GetString(bytes).Split("\r\n");
        if (lines[0].Split(' ') is not [{ Length: > 0 } method, ['/', ..] target, "HTTP/1.1" or "HTTP/1.0"])
            return null;
        var isLast = lines[0].EndsWith("HTTP/1.0", StringComparison.Ordinal) || lines.Skip(1).Any(EndsConnection);
        return new(method, target.Split('?')[0], isLast);
    }

    static bool EndsConnection(string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
            return true;
        var value = line[(colon + 1)..].Trim();
        return line[..colon].ToUpperInvariant() switch
        {
            "CONNECTION" => value.Contains("close", StringComparison.OrdinalIgnoreCase),
            "CONTENT-LENGTH" => value != "0",
            "TRANSFER-ENCODING" or "UPGRADE" => true,
            _ => false,
        };
    }
}
