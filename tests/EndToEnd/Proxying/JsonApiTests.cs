using System.Net;
using EndToEnd.Serving;

namespace EndToEnd.Proxying;

/// <summary>PyPI's JSON API of projects whose files are not cached.</summary>
public sealed class JsonApiTests(ManyProxies many, ITestOutputHelper output) : IClassFixture<ManyProxies>, IDisposable
{
    public void Dispose() => many.Server.ShowLog(output);

    [Theory]
    [InlineData("json")]
    [InlineData("1.0/json")]
    public async Task An_sdist_that_is_not_cached_yet_is_described(string path)
    {
        var name = many.Take();
        Serve(name, MadeSdist.Create(name, "1.0", "Summary: Of the sdist\n"));
        Assert.Equal("Of the sdist", await SummaryAsync(name, path));
    }

    [Theory]
    [InlineData("json")]
    [InlineData("1.0/json")]
    public async Task A_wheel_without_a_metadata_file_is_described(string path)
    {
        var name = many.Take();
        var file = ScriptedFile.Wheel(name, "1.0");
        many.Upstream.Serve(new ScriptedPage(name, file));
        var document = (await ShowAsync(name, path)).Must(HttpStatusCode.OK).Json;
        Assert.Equal(">=3.8", document.GetProperty("info").GetProperty("requires_python").GetString());
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("broken")]
    [InlineData("silent")]
    [InlineData("no archive")]
    public async Task A_file_that_cannot_be_fetched_leaves_the_document_without_its_metadata(string failure)
    {
        var name = many.Take();
        var sdist = MadeSdist.Create(name, "1.0");
        var bytes = failure == "no archive" ? new byte[2_000_000] : sdist.Bytes;
        Serve(name, sdist with { Bytes = bytes });
        var file = sdist.FileName;
        if (failure != "no archive")
        {
            many.Upstream.AtFile(file, failure switch
            {
                "broken" => Replies.Torn(bytes, 20),
                "silent" => Replies.Silence,
                _ => Replies.Status(404),
            });
        }
        var document = (await ShowAsync(name, "json")).Must(HttpStatusCode.OK).Json;
        Assert.Equal("1.0", document.GetProperty("info").GetProperty("version").GetString());
    }

    void Serve(string name, MadeSdist sdist) =>
        many.Upstream.Serve(new ScriptedPage(name, new ScriptedFile(sdist.FileName, sdist.Bytes)));

    async Task<string?> SummaryAsync(string name, string path) =>
        (await ShowAsync(name, path)).Must(HttpStatusCode.OK).Json
            .GetProperty("info").GetProperty("summary").GetString();

    Task<ProxyResponse> ShowAsync(string name, string path) =>
        many.Server.AskAsync(new Uri(many.Server.GetUrl(name), $"pypi/{name}/{path}"));
}
