using System.Globalization;
using System.Net;
using System.Text;
using EndToEnd.Serving;

namespace EndToEnd.Proxying;

/// <summary>What a client holds that reads nothing costs the others nothing, in the heap of a small container.</summary>
[Collection(nameof(Alone))]
public sealed class SlowReaderMemoryTests(ITestOutputHelper output)
{
    const int Readers = 400, Heap = 192, MaxMemory = 400, ReceiveBuffer = 2048;

    [Fact]
    public async Task Long_metadata_sent_to_many_stalled_readers_leaves_memory_for_others()
    {
        await using var server = await PyRepoServer.StartWithHeapAsync(Manifest.Create("team"), Heap);
        var wheel = TestWheel.Create(
            "demo", "1.0", metadata: $"Description: {new string('x', 2_000_000)}\n");
        await server.UploadAsync("team", wheel);
        var page = await server.Http.GetStringAsync(new Uri(server.Url, "team/simple/demo/"));
        var file = new Uri(new Uri(server.Url, "team/simple/demo/"), page.Split("href=\"")[1].Split('#')[0]);
        await ReadNothingAsync(server, _ => file.AbsolutePath + ".metadata");
    }

    [Fact]
    public async Task Pages_of_many_dates_sent_to_stalled_readers_leave_memory_for_others()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.AtPage("large", Replies.Bytes(LargePage(files: 4_000), Replies.Json));
        await using var server = await PyRepoServer.StartWithHeapAsync(
            ProxyManifest.Proxy("mirror", upstream.Index), Heap);
        var start = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        await ReadNothingAsync(server, n => string.Create(
            CultureInfo.InvariantCulture, $"/mirror/@{start.AddMinutes(n):yyyy-MM-ddTHH:mm:ss}Z/simple/large/"));
    }

    async Task ReadNothingAsync(PyRepoServer server, Func<int, string> path)
    {
        var read = await server.Http.GetByteArrayAsync(new Uri(server.Url, path(0)));
        Assert.InRange(read.Length, 500_000, 2_100_000);
        var connections = new List<RawConnection>();
        try
        {
            for (var n = 0; n < Readers; n++)
            {
                var connection = await RawConnection.OpenAsync(server, ReceiveBuffer);
                connections.Add(connection);
                for (var i = 0; i < 3; i++)
                {
                    await connection.SendHeadAsync(
                        $"GET {path((3 * n) + i)} HTTP/1.1", $"Host: {server.Url.Authority}");
                }
                if (n % 10 == 0)
                    Assert.Equal(HttpStatusCode.OK, await StatusAsync(server));
            }
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(server));
        }
        finally
        {
            foreach (var connection in connections)
                await connection.DisposeAsync();
        }
        output.WriteLine($"{PeakMemory.From(server) >> 20} MiB");
        Assert.InRange(PeakMemory.From(server) >> 20, 0, MaxMemory);
        Assert.DoesNotContain("OutOfMemory", server.LogText(), StringComparison.Ordinal);
        Assert.Equal(0, await server.StopAsync());
    }

    static async Task<HttpStatusCode> StatusAsync(PyRepoServer server)
    {
        using var answer = await server.Http.GetAsync(server.Url);
        return answer.StatusCode;
    }

    /// <summary>A page with a file for each minute of some days.</summary>
    static byte[] LargePage(int files)
    {
        var start = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        var page = new StringBuilder("""{"meta":{"api-version":"1.1"},"name":"large","versions":[],"files":[""");
        page.AppendJoin(',', Enumerable.Range(0, files).Select(n => string.Create(
            CultureInfo.InvariantCulture,
            $$$"""
            {"filename":"large-1.{{{n}}}.tar.gz","url":"/files/{{{n}}}","hashes":{"sha256":"{{{n:x64}}}"},
            "upload-time":"{{{start.AddMinutes(n - files + 900):yyyy-MM-ddTHH:mm:ss}}}Z"}
            """)));
        return Encoding.UTF8.GetBytes(page.Append("]}").ToString());
    }
}
