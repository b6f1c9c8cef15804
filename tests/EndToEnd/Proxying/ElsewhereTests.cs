using System.Net;

namespace EndToEnd.Proxying;

/// <summary>
/// Where an upstream links or redirects to: nobody learns from that what else is in the server's network.
/// </summary>
public sealed class ElsewhereTests(ManyProxies many, ITestOutputHelper output) : IClassFixture<ManyProxies>, IDisposable
{
    public void Dispose() => many.Server.ShowLog(output);

    [Theory]
    [InlineData(true, "status")]
    [InlineData(false, "status")]
    [InlineData(true, "")]
    public async Task An_upstream_link_never_exposes_the_server_itself(bool byLink, string path)
    {
        var name = many.Take();
        var target = new Uri(many.Server.Management, path).AbsoluteUri;
        var file = new ScriptedFile($"{name.Replace('-', '_')}-1.0.tar.gz", []) with
        {
            Size = null,
            Hashes = new Dictionary<string, string>(),
        };
        if (byLink)
            file = file with { Url = target };
        many.Upstream.AtPage(name, new ScriptedPage(name, file).AsJson());
        many.Upstream.AtFile(file.FileName, Replies.Redirect(target));
        var answer = (await many.Server.FileAsync(name, name, file.FileName)).Must(HttpStatusCode.ServiceUnavailable);
        Assert.Contains("an upstream may not link to this server", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_and_closed_ports_look_alike_in_answers_for_a_list()
    {
        await using var other = await ScriptedUpstream.StartAsync();
        var closed = await ScriptedUpstream.StartAsync();
        await closed.StopAsync();
        await using var upstream = await ScriptedUpstream.StartAsync();
        var texts = new HashSet<string>();
        foreach (var (place, reply) in ((Uri, Reply)[])[
            (closed.Url, Replies.Drop), (other.Url, Replies.Status(404)), (other.Url, Replies.Status(500)),
            (other.Url, Replies.Drop), (other.Url, Replies.Text("SSH-2.0", "text/plain"))])
        {
            await using var server = await PyRepoServer.StartAsync(ProxyManifest.Proxy("proxy", upstream.Index));
            other.At("/simple/", reply);
            upstream.At("/simple/", Replies.Redirect(new Uri(place, "simple/").AbsoluteUri));
            var answer = await server.AskAsync(server.IndexOf("proxy"), accept: Replies.Json);
            texts.Add(answer.Must(HttpStatusCode.ServiceUnavailable).Text);
        }
        Assert.Single(texts);
    }

    [Fact]
    public async Task Open_and_closed_ports_look_alike()
    {
        await using var other = await ScriptedUpstream.StartAsync();
        var closed = await ScriptedUpstream.StartAsync();
        await closed.StopAsync();
        var texts = new HashSet<string>();
        foreach (var (place, reply) in ((Uri, Reply)[])[
            (closed.Url, Replies.Drop), (other.Url, Replies.Status(404)), (other.Url, Replies.Status(500)),
            (other.Url, Replies.Drop), (other.Url, Replies.Text("SSH-2.0", "text/plain")),
            (other.Url, Replies.Text("wrong length", "text/plain"))])
        {
            foreach (var byLink in (bool[])[true, false])
            {
                var name = many.Take();
                var file = ScriptedFile.Wheel(name, "1.0");
                var target = new Uri(place, $"{name}.whl").AbsoluteUri;
                other.Otherwise = reply;
                file = file with { Url = byLink ? target : file.Url, Size = null };
                many.Upstream.AtPage(name, new ScriptedPage(name, file).AsJson());
                many.Upstream.AtFile(file.FileName, Replies.Redirect(target));
                var answer = await many.Server.FileAsync(name, name, file.FileName);
                texts.Add(answer.Must(HttpStatusCode.ServiceUnavailable).Text
                    .Replace(name.Replace('-', '_'), "", StringComparison.Ordinal));
            }
        }
        Assert.Single(texts);
    }
}
