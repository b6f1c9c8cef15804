using System.Globalization;

namespace EndToEnd.Proxying;

/// <summary>
/// A scripted upstream and one server with many proxies of it. Each test takes one of its own, for a proxy remembers
/// how its upstream fares. Pages are fresh for a second, and upstream has two seconds to answer.
/// </summary>
public class ManyProxies : IAsyncLifetime
{
    const int Count = 48;
    ScriptedUpstream? _upstream;
    PyRepoServer? _server;
    readonly string _timeout;
    readonly string _fileUrls;
    int _next;

    /// <summary>Upstream has two seconds to answer.</summary>
    public ManyProxies()
        : this("2s")
    {
    }

    /// <summary>Upstream has a time of the test's choice to answer, and pages link to what it says.</summary>
    protected ManyProxies(string timeout, string fileUrls = "Own") => (_timeout, _fileUrls) = (timeout, fileUrls);

    /// <summary>The upstream.</summary>
    public ScriptedUpstream Upstream => _upstream!;

    /// <summary>The server.</summary>
    public PyRepoServer Server => _server!;

    /// <summary>The name of a proxy that nobody has asked yet, to be used as a project's name, too.</summary>
    public string Take() => GetName(Interlocked.Increment(ref _next) - 1);

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        _upstream = await ScriptedUpstream.StartAsync();
        var proxies = Enumerable.Range(0, Count).Select(i => ProxyManifest.Proxy(
            GetName(i), Upstream.Index,
            $"cache: {{ projectTtl: 1s, notFoundTtl: 0s, indexTtl: 1s }}, fileUrls: {_fileUrls}",
            $", timeout: {_timeout}"));
        _server = await PyRepoServer.StartAsync(string.Join("---\n", proxies));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        if (_upstream is not null)
            await _upstream.DisposeAsync();
    }

    static string GetName(int number) => string.Create(CultureInfo.InvariantCulture, $"proxy-{number}");
}
