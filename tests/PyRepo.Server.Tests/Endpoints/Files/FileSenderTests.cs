using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace PyRepo.Server.Tests.Endpoints.Files;

public sealed class FileSenderTests
{
    [Theory]
    [InlineData(Endpoint.SendFile, "1.1", true)]
    [InlineData(Endpoint.SendFile, "1.0", true)]
    [InlineData(Endpoint.SwitchedOff, "1.1", false)]
    [InlineData(Endpoint.Tls, "1.1", false)]
    [InlineData(Endpoint.Tls, "2.0", false)]
    public async Task A_file_arrives_byte_for_byte_and_sendfile_serves_only_plain_http_1(
        Endpoint endpoint, string version, bool usesSendFile)
    {
        await using var host = await FileHost.StartAsync(endpoint);
        using var client = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = { RemoteCertificateValidationCallback = (_, own, _, _) => own?.Subject == "CN=localhost" },
        });
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(host.Address, "/file"))
        {
            Version = Version.Parse(version),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        using var answer = await client.SendAsync(request);

        Assert.Equal(request.Version.Major, answer.Version.Major);
        Assert.Equal(host.Content.Length, answer.Content.Headers.ContentLength);
        AssertSame(host.Content, await answer.Content.ReadAsByteArrayAsync());
        Assert.Null(await host.NextOutcomeAsync());
        Assert.Equal(usesSendFile, host.UsedSendFile);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 1)]
    [InlineData(2_999_999, 1)]
    [InlineData(17, 65_536)]
    [InlineData(17, 65_537)]
    [InlineData(1, 524_288)]
    [InlineData(0, 524_289)]
    [InlineData(1_000_003, 1_999_997)]
    public async Task A_range_of_a_file_is_sent_and_nothing_else(int offset, int count)
    {
        await using var host = await FileHost.StartAsync();
        using var client = await host.ConnectAsync();

        await client.RequestAsync($"/file?offset={offset}&count={count}");
        var answer = await client.AnswerAsync();

        AssertSame(host.Content[offset..(offset + count)], answer.Body);
        await AssertAnswersAsync(client);
    }

    [Fact]
    public async Task A_range_beyond_four_gigabytes_is_found()
    {
        await using var host = await FileHost.StartAsync();
        const long offset = (5L << 30) + 7;
        using (var file = File.OpenHandle(host.Path, access: FileAccess.Write, share: FileShare.ReadWrite))
            RandomAccess.Write(file, host.Content, offset);
        using var client = await host.ConnectAsync();

        await client.RequestAsync($"/file?offset={offset}");

        AssertSame(host.Content, (await client.AnswerAsync()).Body);
    }

    [Fact]
    public async Task One_connection_serves_many_files_and_small_responses_in_turn()
    {
        await using var host = await FileHost.StartAsync(length: 300_000);
        using var client = await host.ConnectAsync();

        for (var n = 0; n < 200; n++)
        {
            await client.RequestAsync($"/file?offset={n}");
            AssertSame(host.Content[n..], (await client.AnswerAsync()).Body);
            await AssertAnswersAsync(client);
        }
    }

    [Fact]
    public async Task Bytes_from_memory_arrive_in_order_with_files()
    {
        await using var host = await FileHost.StartAsync();
        using var client = await host.ConnectAsync();

        foreach (var path in new[] { "/memory", "/file", "/memory", "/file" })
        {
            await client.RequestAsync(path);
            AssertSame(host.Content, (await client.AnswerAsync()).Body);
        }
    }

    [Fact]
    public async Task Requests_that_are_sent_at_once_are_answered_in_order()
    {
        await using var host = await FileHost.StartAsync();
        using var client = await host.ConnectAsync();
        var requests = new StringBuilder();
        for (var n = 0; n < 10; n++)
            requests.Append($"GET /small?n={n} HTTP/1.1\r\nHost: t\r\n\r\n")
                .Append($"GET /file?offset={n} HTTP/1.1\r\nHost: t\r\n\r\n");

        await client.WriteAsync(requests.ToString());

        for (var n = 0; n < 10; n++)
        {
            Assert.Equal($"small {n}", Encoding.ASCII.GetString((await client.AnswerAsync()).Body));
            AssertSame(host.Content[n..], (await client.AnswerAsync()).Body);
        }
    }

    [Fact]
    public async Task A_connection_that_the_client_asks_to_close_is_closed_after_the_last_byte()
    {
        await using var host = await FileHost.StartAsync();
        using var client = await host.ConnectAsync();

        await client.WriteAsync("GET /file HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n");

        Assert.True((await client.AnswerAsync()).Complete);
        Assert.Empty(await client.BodyAsync(1));
    }

    [Fact]
    public async Task Head_is_answered_with_the_length_and_without_a_body()
    {
        await using var host = await FileHost.StartAsync();
        using var client = await host.ConnectAsync();

        await client.RequestAsync("/file", "HEAD");

        Assert.Equal(host.Content.Length, (await client.AnswerAsync(isHead: true)).Length);
        await AssertAnswersAsync(client);
    }

    [Theory]
    [InlineData(Endpoint.SendFile, "/file")]
    [InlineData(Endpoint.SendFile, "/memory")]
    [InlineData(Endpoint.SwitchedOff, "/file")]
    public async Task A_client_that_resets_the_connection_in_mid_file_ends_its_request(Endpoint endpoint, string path)
    {
        await using var host = await FileHost.StartAsync(endpoint, length: 50_000_000);
        using var client = await host.ConnectAsync();
        await client.RequestAsync(path);
        await client.BodyAsync(100_000);

        client.Reset();

        Assert.IsAssignableFrom<OperationCanceledException>(await host.NextOutcomeAsync());
        Assert.False(IsOpenHere(host.Path));
    }

    [Fact]
    public async Task A_client_that_closes_the_connection_in_mid_file_ends_its_request()
    {
        await using var host = await FileHost.StartAsync(length: 50_000_000);
        using var client = await host.ConnectAsync();
        await client.RequestAsync("/file");
        await client.BodyAsync(100_000);

        client.Dispose();

        Assert.IsAssignableFrom<OperationCanceledException>(await host.NextOutcomeAsync());
        Assert.False(IsOpenHere(host.Path));
    }

    [Theory]
    [InlineData(Endpoint.SendFile)]
    [InlineData(Endpoint.SwitchedOff)]
    public async Task A_file_that_is_truncated_while_it_is_sent_aborts_the_connection(Endpoint endpoint)
    {
        await using var host = await FileHost.StartAsync(endpoint, length: 50_000_000);
        using var client = await host.ConnectAsync();
        await client.RequestAsync("/file");
        var (_, length) = await client.HeadersAsync();

        using (var file = File.OpenHandle(host.Path, access: FileAccess.Write, share: FileShare.ReadWrite))
            RandomAccess.SetLength(file, 40_000_000);
        var body = await client.BodyAsync(length);

        Assert.Equal(host.Content.Length, length);
        Assert.InRange(body.Length, 0, 40_000_000);
        AssertSame(host.Content[..body.Length], body);
        Assert.IsType<IOException>(await host.NextOutcomeAsync());
    }

    [Theory]
    [InlineData(Endpoint.SendFile)]
    [InlineData(Endpoint.SwitchedOff)]
    public async Task A_file_that_is_shorter_than_promised_is_never_presented_as_complete(Endpoint endpoint)
    {
        await using var host = await FileHost.StartAsync(endpoint);
        using var client = await host.ConnectAsync();

        await client.RequestAsync("/file?count=3000001");

        Assert.False((await client.AnswerAsync()).Complete);
        Assert.IsType<IOException>(await host.NextOutcomeAsync());
    }

    [Fact]
    public async Task Two_hundred_stalled_readers_block_no_other_request()
    {
        await using var host = await FileHost.StartAsync(length: 8_000_000);
        var clients = new List<RawClient>();
        for (var n = 0; n < 200; n++)
        {
            clients.Add(await host.ConnectAsync(receiveBuffer: 8192));
            await clients[n].RequestAsync($"/file?offset={n}");
            await host.NextArrivalAsync();
        }

        using (var other = await host.ConnectAsync())
        {
            await other.RequestAsync("/file");
            AssertSame(host.Content, (await other.AnswerAsync()).Body);
        }

        Assert.True(ThreadPool.ThreadCount < 100, "A thread waits for each reader.");
        for (var n = 0; n < 200; n += 50)
            AssertSame(host.Content[n..], (await clients[n].AnswerAsync()).Body);
        clients.ForEach(client => client.Dispose());
    }

    [Theory]
    [InlineData("/file", 0)]
    [InlineData("/memory", 0)]
    [InlineData("/file", 20_000_000)]
    [InlineData("/memory", 20_000_000)]
    public async Task A_reader_that_takes_no_more_is_disconnected_however_fast_it_was_before(string path, int before)
    {
        await using var host = await FileHost.StartAsync(length: 50_000_000, minDownloadRate: 1_000_000);
        using var client = await host.ConnectAsync(receiveBuffer: 8192);

        await client.RequestAsync(path);
        await client.HeadersAsync();
        await client.BodyAsync(before);

        Assert.NotNull(await host.NextOutcomeAsync());
    }

    /// <summary>TLS sends 16 KiB at once, and each of them could take as long as half a MiB.</summary>
    [Fact]
    public async Task A_reader_over_TLS_that_takes_too_little_is_disconnected()
    {
        await using var host = await FileHost.StartAsync(Endpoint.Tls, length: 50_000_000, minDownloadRate: 1_000_000);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 8192 };
        await socket.ConnectAsync("127.0.0.1", host.Address.Port);
        await using var client = new SslStream(
            new NetworkStream(socket), leaveInnerStreamOpen: false, (_, certificate, _, _) => certificate is not null);
        await client.AuthenticateAsClientAsync("localhost");
        await client.WriteAsync("GET /file HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());

        var ended = host.NextOutcomeAsync();
        using var turn = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        var buffer = new byte[4096];
        while (!ended.IsCompleted && await turn.WaitForNextTickAsync())
        {
            try
            {
                await client.ReadAtLeastAsync(buffer, 1, throwOnEndOfStream: false);
            }
            catch (IOException)
            {
                // The server has closed the connection.
            }
        }
        Assert.NotNull(await ended);
    }

    [Fact]
    public async Task A_shutdown_lets_a_download_finish()
    {
        await using var host = await FileHost.StartAsync(length: 50_000_000);
        using var client = await host.ConnectAsync();
        await client.RequestAsync("/file");
        var (_, length) = await client.HeadersAsync();

        var stopped = host.StopAsync(CancellationToken.None);
        await AssertRejectedAsync(host);
        var body = await client.BodyAsync(length);

        AssertSame(host.Content, body);
        Assert.Null(await host.NextOutcomeAsync());
        await stopped;
    }

    [Fact]
    public async Task A_shutdown_that_waited_long_enough_aborts_a_download()
    {
        await using var host = await FileHost.StartAsync(length: 50_000_000);
        using var client = await host.ConnectAsync();
        await client.RequestAsync("/file");
        var (_, length) = await client.HeadersAsync();
        using var patience = new CancellationTokenSource();

        var stopped = host.StopAsync(patience.Token);
        await AssertRejectedAsync(host);
        await patience.CancelAsync();

        Assert.IsAssignableFrom<OperationCanceledException>(await host.NextOutcomeAsync());
        await stopped;
        Assert.InRange((await client.BodyAsync(length)).Length, 0, length - 1);
    }

    static async Task AssertAnswersAsync(RawClient client)
    {
        await client.RequestAsync("/small?n=next");
        Assert.Equal("small next", Encoding.ASCII.GetString((await client.AnswerAsync()).Body));
    }

    static void AssertSame(byte[] expected, byte[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.True(expected.AsSpan().SequenceEqual(actual), "The bytes differ.");
    }

    /// <summary>Returns once the host accepts no new connections, which means that its shutdown has started.</summary>
    static async Task AssertRejectedAsync(FileHost host)
    {
        while (true)
        {
            try
            {
                using var client = await host.ConnectAsync();
                await client.RequestAsync("/small");
                await client.AnswerAsync();
            }
            catch (Exception error) when (error is SocketException or IOException)
            {
                return;
            }
        }
    }

    static bool IsOpenHere(string path) =>
        Directory.GetFiles("/proc/self/fd").Any(fd => new FileInfo(fd).LinkTarget == path);
}
