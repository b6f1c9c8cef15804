using EndToEnd.Clients;
using EndToEnd.Proxying;

namespace EndToEnd.Examples.OnLaptop;

/// <summary>The example <c>air-gap</c>, with a server of the test's own as PyPI.</summary>
[Example("air-gap")]
public sealed class AirGapTests
{
    const string Public = "https://pypi.org/simple/";
    const string Transfer = "http://transfer.example.internal:8080/pypi/simple/";

    static readonly string[] _files =
        ["six-1.17.0-py2.py3-none-any.whl", "idna-3.20-py3-none-any.whl", "idna-2.0-py2.py3-none-any.whl"];

    [ClientFact]
    public async Task Mirrored_packages_install_without_upstream_and_no_image_of_the_chart_is_public()
    {
        await using var upstream = await PublicIndex.StartAsync(_files);
        await using var example = new Example("air-gap") { BeforeServing = upstream.Server.StopAsync }
            .With(Public, $"{upstream.Server.Index}");
        await example.RunAsync();
        Assert.Equal(0, upstream.Server.CountOfFile("idna-2.0-py2.py3-none-any.whl"));
    }

    [ClientFact]
    public async Task The_mirror_inside_serves_what_it_fetched_after_the_server_that_came_over_has_ended()
    {
        await using var upstream = await PublicIndex.StartAsync(_files);
        await using var transfer = await ServeAsync("mirror.yaml", Public, upstream.Server.Index);
        await UntilMirroredAsync(transfer);
        await upstream.Server.StopAsync();
        await using var inside = await ServeAsync("inside.yaml", Transfer, transfer.IndexOf("pypi"));
        await UntilMirroredAsync(inside);
        await transfer.StopAsync();
        using var home = new ClientHome();
        (await home.RunAsync("pip", "install", "--index-url", $"{inside.IndexOf("pypi")}", "--target",
            home.New("installed"), "six", "idna")).MustSucceed().MustSay("Successfully installed idna-3.20 six-1.17.0");
    }

    static async Task<PyRepoServer> ServeAsync(string file, string text, Uri upstream)
    {
        var manifest = SourceTree.Read($"examples/air-gap/{file}");
        Assert.Contains(text, manifest, StringComparison.Ordinal);
        return await PyRepoServer.StartAsync(manifest.Replace(text, $"{upstream}", StringComparison.Ordinal));
    }

    static Task<TimeSpan> UntilMirroredAsync(PyRepoServer server) => Eventually.IsAsync("all is mirrored", async () =>
        (await server.Http.GetStringAsync(new Uri(server.Management, "metrics")))
            .Contains("pyrepo_mirror_projects_done{repository=\"pypi\"} 2", StringComparison.Ordinal));
}
