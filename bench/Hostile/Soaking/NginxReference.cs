using Bench.Hostile.Clients;
using Bench.Servers;

namespace Bench.Hostile.Soaking;

/// <summary>
/// nginx with a copy of a hosted page, asked for as the server is: what the machine and the client themselves cost
/// under the load.
/// </summary>
sealed class NginxReference : IDisposable
{
    const string PageFile = "page.html";

    readonly Nginx _nginx;
    readonly RequestClient _client;
    readonly HonestRequest _page;

    NginxReference(string folder, HonestRequest page)
    {
        _page = page with { What = "the same from nginx", Path = PageFile };
        _nginx = new Nginx(folder, folder);
        _client = new RequestClient(
            _nginx.Server.Address, HonestMix.Patience, keepsConnections: false, HonestClient.Address);
    }

    public HonestReport Seen { get; } = new();

    public static async Task<NginxReference> StartAsync(
        ServerUnderTest server, HonestContent content, string folder)
    {
        var page = content.HostedPage(0);
        Directory.CreateDirectory(folder);
        using (var client = new HttpClient())
        {
            var bytes = await client.GetByteArrayAsync(new Uri(server.Packages, page.Path));
            await File.WriteAllBytesAsync(Path.Combine(folder, PageFile), bytes);
        }
        return new NginxReference(folder, page);
    }

    public async Task GetAsync() => Seen.Add(_page.What, await _client.GetAsync(_page, CancellationToken.None));

    public void Dispose()
    {
        _client.Dispose();
        _nginx.Dispose();
    }
}
