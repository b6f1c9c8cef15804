using System.Globalization;
using System.Net;
using System.Text;
using EndToEnd.Serving;

namespace EndToEnd.Proxying;

/// <summary>An upstream's pages are larger than the server's memory.</summary>
[Collection(nameof(Alone))]
public sealed class LittleMemoryTests
{
    const int Files = 300_000;

    [Fact]
    public async Task Pages_larger_than_the_heap_stop_neither_the_process_nor_its_background_work()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Otherwise = Replies.Bytes(HugePage(), Replies.Json);
        var manifest = Manifest.All(Manifest.Create("team"), ProxyManifest.Proxy("mirror", upstream.Index));
        await using var server = await PyRepoServer.StartWithHeapAsync(manifest, mebibytes: 100);
        for (var round = 0; round < 2; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 8).Select(i => StatusAsync(server, $"mirror/simple/a{round}-{i}/")));
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(server, "team/simple/"));
        }
        await File.WriteAllTextAsync(server.ManifestFile, Manifest.All(manifest, Manifest.Create("more")));
        await Eventually.IsAsync(
            "the changed configuration is taken up", HttpStatusCode.OK, () => StatusAsync(server, "more/simple/"));
        Assert.Equal(0, await server.StopAsync());
    }

    static async Task<HttpStatusCode?> StatusAsync(PyRepoServer server, string path)
    {
        try
        {
            using var answer = await server.Http.GetAsync(
                new Uri(server.Url, path), HttpCompletionOption.ResponseHeadersRead);
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    static byte[] HugePage()
    {
        var page = new StringBuilder("""{"meta":{"api-version":"1.1"},"name":"a","versions":[],"files":[""");
        for (var i = 0; i < Files; i++)
        {
            page.Append(
                CultureInfo.InvariantCulture,
                $$$"""{{{(i == 0 ? "" : ",")}}}{"filename":"a-1.{{{i}}}.tar.gz","url":"a-1.{{{i}}}.tar.gz","hashes":{}}""");
        }
        return Encoding.UTF8.GetBytes(page.Append("]}").ToString());
    }
}
