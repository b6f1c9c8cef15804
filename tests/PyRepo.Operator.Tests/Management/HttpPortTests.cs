using System.Net;
using System.Net.Sockets;
using System.Text;
using PyRepo.Operator.Management;

namespace PyRepo.Operator.Tests.Management;

public sealed class HttpPortTests
{
    [Fact]
    public async Task A_client_asks_several_times_on_one_connection()
    {
        await using var port = Open(IPAddress.Loopback);
        var connections = 0;
        using var http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (context, token) =>
            {
                connections++;
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(context.DnsEndPoint, token);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        var address = new Uri($"http://{port.Address}");
        Assert.Equal("/livez", await http.GetStringAsync(new Uri(address, "/livez?verbose")));
        using var head = await http.SendAsync(new(HttpMethod.Head, new Uri(address, "/metrics")));
        Assert.Equal("/metrics".Length, head.Content.Headers.ContentLength);
        Assert.Equal("text/plain; charset=utf-8", head.Content.Headers.ContentType?.ToString());
        Assert.Equal("/metrics", await http.GetStringAsync(new Uri(address, "/metrics")));
        Assert.Equal(1, connections);
    }

    [Theory]
    [InlineData("GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "200", "/livez")]
    [InlineData("GET /livez HTTP/1.0\r\n\r\n", "200", "/livez")]
    [InlineData("POST /livez HTTP/1.1\r\nContent-Length: 4\r\n\r\nGET ", "200", "/livez")]
    [InlineData("HEAD /livez HTTP/1.0\r\n\r\n", "200", "")]
    [InlineData("GET /livez\r\n\r\n", "400", "This is no request of HTTP/1.1.\n")]
    [InlineData("\u0016\u0003\u0001\r\n\r\n", "400", "This is no request of HTTP/1.1.\n")]
    public async Task A_connection_ends_with_its_last_answer(string request, string status, string body)
    {
        await using var port = Open(IPAddress.Loopback);
        var answer = await AskAsync(port.Address, request);
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith($"\r\n\r\n{body}", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_that_come_at_once_are_answered_in_their_order()
    {
        await using var port = Open(IPAddress.Loopback);
        var answers = await AskAsync(
            port.Address, "GET /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\nConnection: close\r\n\r\n");
        Assert.Matches("(?s)^HTTP/1.1 200 .*\r\n\r\n/aHTTP/1.1 200 .*\r\n\r\n/b$", answers);
    }

    [Fact]
    public async Task A_head_that_does_not_end_is_refused()
    {
        await using var port = Open(IPAddress.Loopback);
        var answer = await AskAsync(port.Address, $"GET / HTTP/1.1\r\nA: {new string('a', 20_000)}");
        Assert.StartsWith("HTTP/1.1 431 ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_listens_to_both_versions_of_IP_on_any_address()
    {
        await using var port = Open(IPAddress.IPv6Any);
        foreach (var address in (IPAddress[])[IPAddress.Loopback, IPAddress.IPv6Loopback])
        {
            var answer = await AskAsync(new(address, port.Address.Port), "GET /livez HTTP/1.0\r\n\r\n");
            Assert.EndsWith("/livez", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_port_in_use_is_reported()
    {
        await using var port = Open(IPAddress.Loopback);
        var error = Assert.Throws<IOException>(() => HttpPort.Open(port.Address, Answer, TimeProvider.System));
        Assert.Equal($"Failed to bind to address http://{port.Address}: address already in use.", error.Message);
    }

    [Fact]
    public async Task It_closes_even_with_a_waiting_client()
    {
        var port = Open(IPAddress.Loopback);
        using var client = new TcpClient();
        await client.ConnectAsync(port.Address);
        await client.Client.SendAsync("GET /a HTTP/1.1\r\n\r\n"u8.ToArray());
        Assert.NotEqual(0, await client.Client.ReceiveAsync(new byte[1000]));
        var closing = port.DisposeAsync();
        while (await client.Client.ReceiveAsync(new byte[1000]) > 0)
        {
            // The rest of the answer, and then the end.
        }
        client.Close();
        await closing;
    }

    static HttpPort Open(IPAddress address) => HttpPort.Open(new(address, 0), Answer, TimeProvider.System);

    static HttpAnswer Answer(string path) => new(HttpStatusCode.OK, path);

    static async Task<string> AskAsync(IPEndPoint address, string request)
    {
        using var client = new TcpClient(address.AddressFamily);
        await client.ConnectAsync(address);
        await client.Client.SendAsync(Encoding.Latin1.GetBytes(request));
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadToEndAsync();
    }
}
